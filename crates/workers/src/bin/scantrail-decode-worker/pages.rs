//! Taking a file apart into the originals of its pages.

use crate::picture::check_whole;
use crate::{Refusal, Say, jpeg, pdf, png_file, refuse, tiff_file};
use scantrail_capture::decode::wire::{Answer, Bounds, Page, PageContent};
use scantrail_core::units::Turn;
use scantrail_core::vocabulary::Media;

/// Says every page, in order.
pub(crate) fn take_apart(file: Vec<u8>, media: Media, bounds: &Bounds, say: &mut Say<'_>) -> Result<(), Refusal> {
    check_whole(&file, media)?;
    match media {
        Media::Jpeg => {
            let about = jpeg::about(&file, bounds)?;
            let (width, height) = (about.header.width, about.header.height);
            let content = PageContent::TheFile;
            say(Answer::Page(Page { content, resolution: about.resolution, width, height, turn: about.turn }))
        }
        Media::Png => {
            let png_file::About { width, height, resolution } = png_file::about(&file, bounds)?;
            say(Answer::Page(Page { content: PageContent::TheFile, resolution, width, height, turn: Turn::None }))
        }
        Media::Tiff => tiff_pages(file, bounds, say),
        Media::Pdf => pdf::take_apart(file, bounds, say),
    }
}

/// Refuses more pages than allowed.
pub(crate) fn check_count(pages: usize, bounds: &Bounds) -> Result<(), Refusal> {
    if pages as u64 > u64::from(bounds.pages) {
        return refuse(format!("the file has {pages} pages, more than the {} allowed", bounds.pages));
    }
    Ok(())
}

/// One image: the file itself. Several: each as a PNG, sample for sample.
fn tiff_pages(mut file: Vec<u8>, bounds: &Bounds, say: &mut Say<'_>) -> Result<(), Refusal> {
    let pages = tiff_file::pages_of(&file)?;
    check_count(pages.len(), bounds)?;
    if let [page] = pages.as_slice() {
        tiff_file::begin_with(&mut file, *page);
        let tiff_file::About { width, height, resolution, turn } = tiff_file::about(&file, bounds)?;
        return say(Answer::Page(Page { content: PageContent::TheFile, resolution, width, height, turn }));
    }
    for (number, page) in (1..).zip(pages) {
        tiff_file::begin_with(&mut file, page);
        let picture = tiff_file::decode_first(&file, bounds);
        let picture = picture.map_err(|Refusal(why)| Refusal(format!("page {number}: {why}")))?;
        let content = PageContent::Bytes(Media::Png, picture.to_png()?);
        let (width, height, turn) = (picture.width, picture.height, picture.turn);
        say(Answer::Page(Page { content, resolution: picture.resolution, width, height, turn }))?;
    }
    Ok(())
}
