//! What the commands do that hand work over or keep everything twice.

use crate::args::{Args, Export, OpenPack, Passphrase, Restore};
use crate::passphrase;
use crate::print::keeping as print;
use crate::progress::Teller;
use crate::run::load;
use anyhow::Result;
use scantrail_daemon::api::{BackupAsked, Request};
use scantrail_daemon::hand_over::{self, Lock};
use scantrail_daemon::{DaemonError, Damaged, Exit, RestoreOrder, client};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Hands a pupil's year over.
pub(crate) fn export(args: &Args, export: &Export) -> Result<ExitCode> {
    let Passphrase { passphrase_file, passphrase_stdin } = &export.passphrase;
    if !export.encrypt && (passphrase_file.is_some() || *passphrase_stdin) {
        return Err(DaemonError::usage("a passphrase goes with --encrypt").into());
    }
    let (lock, made_up) = match (export.encrypt, passphrase::given(&export.passphrase)?) {
        (false, _) => (Lock::Open, None),
        (true, Some(given)) => (Lock::Passphrase(given), None),
        (true, None) => {
            let new = hand_over::new_passphrase();
            (Lock::Passphrase(new.clone()), Some(new))
        }
    };
    let mut teller = Teller::new(args);
    let handed = hand_over::export(load(args)?, &export.request(), &mut teller, &export.out, &lock)?;
    drop(teller);
    print::handed_over(args, &handed, made_up.as_deref())?;
    Ok(ExitCode::SUCCESS)
}

/// Opens a locked pack.
pub(crate) fn open_pack(args: &Args, open: &OpenPack) -> Result<ExitCode> {
    let passphrase = passphrase::needed(&open.passphrase)?;
    let folder = hand_over::open_pack(&open.file, &open.out, &passphrase)?;
    print::opened(args, &folder)?;
    Ok(ExitCode::SUCCESS)
}

/// Lists the snapshots of a backup.
pub(crate) fn backups(args: &Args, dest: Option<&Path>) -> Result<ExitCode> {
    // After a disaster there may be no configuration; then nobody knows what was deleted but the backup itself.
    let config = load(args);
    let data = config.as_ref().ok().map(|config| config.data.clone());
    let dest = match dest {
        Some(dest) => dest.to_owned(),
        None => config?.backup.to.ok_or_else(|| DaemonError::usage("no backup is named or configured"))?,
    };
    let snapshots = scantrail_daemon::backups(&dest, data.as_deref())?;
    print::snapshots(args, &snapshots)?;
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup, looks whether it could be, or tries it.
pub(crate) fn restore(args: &Args, restore: &Restore) -> Result<ExitCode> {
    let mut teller = Teller::new(args);
    if restore.test {
        return tried(args, restore, &mut teller);
    }
    let order = RestoreOrder {
        from: restore.source.clone(),
        snapshot: restore.at.clone(),
        into: restore.into().map(PathBuf::from),
        damaged: if restore.leave_damaged_out { Damaged::LeaveOut } else { Damaged::Refuse },
    };
    let restored = scantrail_daemon::restore(&order, &mut teller)?;
    drop(teller);
    print::restored(args, &restored)?;
    Ok(if restored.damaged.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(Exit::Storage as u8) })
}

fn tried(args: &Args, restore: &Restore, teller: &mut Teller) -> Result<ExitCode> {
    // After a disaster there may be no configuration; then there is nowhere to note it either.
    let config = load(args);
    let beside = match (&restore.into, &config) {
        (Some(into), _) => into.clone(),
        (None, Ok(config)) => config.data.join(".trail").join("work"),
        (None, Err(_)) => {
            return Err(
                DaemonError::usage("say where to try it, with --into DIR: there is no configuration here").into()
            );
        }
    };
    let mut tried = scantrail_daemon::tried(&restore.source, restore.at.as_deref(), &beside, teller)?;
    if let Ok(config) = config {
        let asked = Request::Backup(BackupAsked::Tested { tried: tried.clone() });
        match client::ask(config, &asked, teller) {
            Ok(_) => tried.noted = true,
            Err(error) => tried.problems.push(format!("it could not be noted: {error}")),
        }
    }
    print::tried(args, &tried)?;
    Ok(if tried.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(Exit::Storage as u8) })
}
