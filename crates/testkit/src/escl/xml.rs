//! The few XML documents of the protocol: two that the scanner sends and one that it reads.
//!
//! The names follow the Mopria eSCL specification 2.97; only what a client needs is here.

use super::Build;
use super::machine::{AdfState, JobState, Machine};

/// What the client wants its pages to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JobSettings {
    pub(super) feeder: bool,
    pub(super) duplex: bool,
    pub(super) dpi: u16,
    pub(super) colour: ColourMode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColourMode {
    Grey,
    Colour,
    /// The client did not say.
    AsLoaded,
}

const RESOLUTIONS: [u16; 5] = [75, 100, 150, 200, 300];

pub(super) fn capabilities(build: Build, uuid: &str) -> String {
    let input = input_capabilities();
    let adf = match build {
        Build::Flatbed => String::new(),
        Build::Simplex => feeder(&format!("<scan:AdfSimplexInputCaps>{input}</scan:AdfSimplexInputCaps>"), ""),
        Build::Duplex => feeder(
            &format!(
                "<scan:AdfSimplexInputCaps>{input}</scan:AdfSimplexInputCaps>\
                 <scan:AdfDuplexInputCaps>{input}</scan:AdfDuplexInputCaps>"
            ),
            "<scan:AdfOption>Duplex</scan:AdfOption>",
        ),
    };
    // The make and model must be neutral: drivers switch quirks on for names they know.
    document(
        "ScannerCapabilities",
        &format!(
            "<pwg:MakeAndModel>Hillside Virtual Feeder</pwg:MakeAndModel>\
             <pwg:SerialNumber>HVF0001</pwg:SerialNumber><scan:UUID>{uuid}</scan:UUID>\
             <scan:Platen><scan:PlatenInputCaps>{input}</scan:PlatenInputCaps></scan:Platen>{adf}"
        ),
    )
}

fn feeder(inputs: &str, option: &str) -> String {
    format!(
        "<scan:Adf>{inputs}<scan:FeederCapacity>50</scan:FeederCapacity><scan:AdfOptions>\
         <scan:AdfOption>DetectPaperLoaded</scan:AdfOption>{option}</scan:AdfOptions></scan:Adf>"
    )
}

/// Lengths are in 1/300 inch.
fn input_capabilities() -> String {
    let resolutions: Vec<String> = RESOLUTIONS
        .iter()
        .map(|dpi| {
            format!(
                "<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution>\
                 <scan:YResolution>{dpi}</scan:YResolution></scan:DiscreteResolution>"
            )
        })
        .collect();
    let resolutions = resolutions.concat();
    format!(
        "<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>\
         <scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>3508</scan:MaxHeight>\
         <scan:MaxScanRegions>1</scan:MaxScanRegions><scan:SettingProfiles><scan:SettingProfile>\
         <scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode>\
         </scan:ColorModes><scan:ContentTypes><pwg:ContentType>TextAndPhoto</pwg:ContentType></scan:ContentTypes>\
         <scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>\
         <scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>\
         <scan:SupportedResolutions><scan:DiscreteResolutions>{resolutions}</scan:DiscreteResolutions>\
         </scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles>"
    )
}

pub(super) fn status(machine: &Machine) -> String {
    let busy = machine.jobs.iter().any(|job| job.state == JobState::Processing);
    let state = if busy { "Processing" } else { "Idle" };
    let adf = match machine.adf() {
        AdfState::Loaded => "ScannerAdfLoaded",
        AdfState::Empty => "ScannerAdfEmpty",
        AdfState::Jam => "ScannerAdfJam",
        AdfState::DoorOpen => "ScannerAdfDoorOpen",
    };
    let jobs: Vec<String> = machine
        .jobs
        .iter()
        .rev()
        .take(4)
        .map(|job| {
            let (state, reason) = match job.state {
                JobState::Processing => ("Processing", "JobScanning"),
                JobState::Completed => ("Completed", "JobCompletedSuccessfully"),
                JobState::Aborted => ("Aborted", "JobCanceledByDevice"),
                JobState::Canceled => ("Canceled", "JobCanceledByUser"),
            };
            let (id, sent) = (job.id, job.sent);
            format!(
                "<scan:JobInfo><pwg:JobUri>/eSCL/ScanJobs/{id}</pwg:JobUri><pwg:JobUuid>{id}</pwg:JobUuid>\
                 <scan:Age>1</scan:Age><pwg:ImagesCompleted>{sent}</pwg:ImagesCompleted>\
                 <pwg:JobState>{state}</pwg:JobState><pwg:JobStateReasons>\
                 <pwg:JobStateReason>{reason}</pwg:JobStateReason></pwg:JobStateReasons></scan:JobInfo>"
            )
        })
        .collect();
    let jobs = jobs.concat();
    let body =
        format!("<pwg:State>{state}</pwg:State><scan:AdfState>{adf}</scan:AdfState><scan:Jobs>{jobs}</scan:Jobs>");
    document("ScannerStatus", &body)
}

fn document(root: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <scan:{root} xmlns:scan=\"http://schemas.hp.com/imaging/escl/2011/05/03\" \
         xmlns:pwg=\"http://www.pwg.org/schemas/2010/12/sm\"><pwg:Version>2.63</pwg:Version>{body}</scan:{root}>"
    )
}

/// Reads a job request; `None` if it asks for a resolution the scanner does not have.
pub(super) fn job_settings(request: &str) -> Option<JobSettings> {
    let dpi = element(request, "XResolution").map_or(Some(300), |text| text.parse().ok())?;
    RESOLUTIONS.contains(&dpi).then(|| JobSettings {
        feeder: element(request, "InputSource").is_some_and(|source| source != "Platen"),
        duplex: element(request, "Duplex") == Some("true"),
        dpi,
        colour: match element(request, "ColorMode") {
            Some("Grayscale8") => ColourMode::Grey,
            Some("RGB24") => ColourMode::Colour,
            _ => ColourMode::AsLoaded,
        },
    })
}

/// The text of the first element of that name, whatever its prefix.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = xml;
    loop {
        let start = rest.find('<')? + 1;
        rest = &rest[start..];
        let end = rest.find('>')?;
        let tag = rest[..end].split_whitespace().next().unwrap_or_default();
        let local = tag.rsplit(':').next().unwrap_or_default();
        rest = &rest[end + 1..];
        if local == name && !tag.starts_with('/') {
            return rest.split('<').next().map(str::trim);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_request_is_read_whatever_its_prefixes() {
        let request = "<a:ScanSettings><p:InputSource>Feeder</p:InputSource><a:XResolution> 200 </a:XResolution>\
                       <a:ColorMode>Grayscale8</a:ColorMode><Duplex>true</Duplex></a:ScanSettings>";
        let wanted = JobSettings { feeder: true, duplex: true, dpi: 200, colour: ColourMode::Grey };
        assert_eq!(job_settings(request), Some(wanted));
        assert_eq!(job_settings("<XResolution>1200</XResolution>"), None);
    }
}
