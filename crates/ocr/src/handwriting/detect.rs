//! Finds the strips of writing on a page.

use super::network::Network;
use super::planes::Planes;
use super::region::Region;
use super::regions::regions;
use scantrail_core::ports::ReadError;
use scantrail_core::raster::Raster;

/// The longer side of a page as the network sees it, in pixels. F1 is .894 with 960, .905 with 1280 and .904 with 1600,
/// at 1.0, 1.3 and 1.8 s of processor time a page.
const LONGER_SIDE: f64 = 1280.0;
/// The network takes sides that are multiples of this.
const STEP: f64 = 32.0;

/// Every strip of writing, in pixels of the page, in no order.
pub(super) fn strips(network: &Network, planes: &mut Planes, page: &Raster) -> Result<Vec<Region>, ReadError> {
    let (width, height) = size(page);
    let map = network.run::<4>((width, height), planes.page(page, (width, height)))?;
    if map.shape != [1, 1, height, width] {
        return Err(ReadError::Engine(format!("the map of a page has the shape {:?}", map.shape)));
    }
    let (across, down) = (page.width() as f32 / width as f32, page.height() as f32 / height as f32);
    let on_page = |region: Region| {
        let strip = region.scaled(across, down);
        // Growing may have led beyond the edge.
        Region { left: strip.left.max(0.0), right: strip.right.min(page.width() as f32), ..strip }
    };
    Ok(regions(&map.values, width).into_iter().map(on_page).collect())
}

/// How large the network sees a page; small pages are not enlarged.
fn size(page: &Raster) -> (usize, usize) {
    let scale = (LONGER_SIDE / f64::from(page.width().max(page.height()))).min(1.0);
    let side = |pixels: u32| ((f64::from(pixels) * scale / STEP).round().max(1.0) * STEP) as usize;
    (side(page.width()), side(page.height()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::raster::Channels;

    #[test]
    fn pages_are_seen_in_sides_of_whole_steps_and_never_enlarged_beyond_one() {
        for (page, seen) in
            [((2480, 3508), (896, 1280)), ((827, 1169), (832, 1184)), ((5, 40), (32, 32)), ((9000, 10), (1280, 32))]
        {
            let samples = vec![0; (page.0 * page.1) as usize];
            let raster = Raster::new(page.0, page.1, Channels::Grey, samples).unwrap();
            assert_eq!(size(&raster), seen, "{page:?}");
        }
    }
}
