//! Where a page or a board ends in a photo, and how the camera saw it: four corners, or an honest "not found".
