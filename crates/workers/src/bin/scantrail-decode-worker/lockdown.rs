//! Shutting every door: Landlock, a system call filter, limits on memory and time.
//!
//! Landlock denies files and network by policy of the kernel; the filter ends the process at the first call that pure
//! computing does not need. Either alone would do for most attacks; kernels without Landlock still have the second.

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use scantrail_capture::decode::wire::{Bounds, Confinement};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

/// What the program itself, its embedded fonts and a decoder's tables may take.
const BASE_MEMORY: u64 = 1 << 30;
/// Bytes per pixel at the worst moment: 16-bit colour with alpha (8), its 8-bit form (4), and the encoder's row.
const BYTES_PER_PIXEL: u64 = 14;

/// Shuts everything; call it once, from the only thread, before any byte of the file is looked at.
pub(crate) fn shut(bounds: &Bounds) -> Result<Confinement, String> {
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|error| format!("cannot follow the parent: {error}"))?;
    let confinement = restrict_files_and_network()?;
    limit_resources(bounds)?;
    filter_calls()?;
    Ok(confinement)
}

/// Landlock without any exception. On a kernel that lacks it or parts of it, what there is is used, and said.
pub(crate) fn restrict_files_and_network() -> Result<Confinement, String> {
    let failed = |error: landlock::RulesetError| format!("cannot restrict files and network: {error}");
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V5)))
        .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(failed)?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Confinement::Full,
        RulesetStatus::PartiallyEnforced => Confinement::PartLandlock,
        RulesetStatus::NotEnforced => Confinement::NoLandlock,
    })
}

fn limit_resources(bounds: &Bounds) -> Result<(), String> {
    let memory = BASE_MEMORY + 2 * bounds.bytes.min(1 << 32) + BYTES_PER_PIXEL * bounds.pixels.min(1 << 32);
    let limits = [
        (Resource::As, memory),
        (Resource::Cpu, u64::from(bounds.seconds)),
        // Pipes are not files: the answer still goes out.
        (Resource::Fsize, 0),
        (Resource::Nofile, 3),
        // A core dump would put a child's work on the disk.
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
            .map_err(|error| format!("cannot limit {resource:?}: {error}"))?;
    }
    Ok(())
}

/// Calls that computing, allocating, panicking and ending need. Any other ends the process.
const CALLS: &[libc::c_long] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_mprotect,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_sched_getaffinity,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_tgkill,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Sets `no_new_privs` as well; the filter needs it.
fn filter_calls() -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot filter system calls: {error}");
    let architecture = std::env::consts::ARCH.try_into().map_err(|error: seccompiler::BackendError| failed(&error))?;
    let rules = CALLS.iter().map(|&call| (call, vec![])).collect();
    let filter = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, architecture);
    let program: BpfProgram =
        filter.and_then(BpfProgram::try_from).map_err(|error: seccompiler::BackendError| failed(&error))?;
    apply_filter(&program).map_err(|error| failed(&error))
}
