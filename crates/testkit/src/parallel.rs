//! Paints many things at once; the order of the results is the order of the wishes.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

/// `make` for every wish, on as many threads as the machine has cores.
pub(crate) fn map<W: Sync, R: Send>(wishes: &[W], make: impl Fn(&W) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(wishes.len().max(1));
    let next = Mutex::new(0..wishes.len());
    let mut made: Vec<(usize, R)> = thread::scope(|scope| {
        let work = || {
            let mut own = Vec::new();
            loop {
                let place = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(place) = place else { return own };
                own.push((place, make(&wishes[place])));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("painting does not panic")).collect()
    });
    made.sort_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn order_is_kept_and_nothing_is_made_twice() {
        let wishes: Vec<u32> = (0..500).collect();
        assert_eq!(super::map(&wishes, |wish| wish * 2), (0..1000).step_by(2).collect::<Vec<_>>());
        assert!(super::map(&[] as &[u32], |wish| *wish).is_empty());
    }
}
