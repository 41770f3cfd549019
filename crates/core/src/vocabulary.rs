//! Small closed vocabularies that several crates share, each with the word that stands for it in files and tables.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files, tables and `--json`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(
    /// Where a batch came from.
    SourceKind {
        /// An automatic document feeder.
        Feeder = "feeder",
        /// The glass of a scanner.
        Flatbed = "flatbed",
        /// An overhead camera.
        Camera = "camera",
        /// A watched folder.
        Folder = "folder",
        /// Files named by a person.
        Files = "files",
        /// The pack of another school.
        Pack = "pack",
    }
);

words!(
    /// How the captures of a batch belong together.
    Flow {
        /// Sheets in order: a cover names the pages behind it.
        Stack = "stack",
        /// Pictures, each with a card in it.
        Pictures = "pictures",
    }
);

words!(
    /// What a person says the captures of a batch show.
    Shows {
        /// Nobody said: pages, open books, pictures.
        Anything = "anything",
        /// Papers on a mat, each of them a page.
        Papers = "papers",
        /// A three-dimensional piece of work.
        Object = "object",
        /// A whiteboard.
        Board = "board",
    }
);

words!(
    /// Which side of a sheet a capture shows.
    Side {
        /// Not known, or only one side was captured.
        Single = "single",
        /// The front of a sheet captured on both sides.
        Front = "front",
        /// The back of a sheet captured on both sides.
        Back = "back",
    }
);

words!(
    /// What the bytes of a capture are.
    Media {
        /// JPEG, kept as it came.
        Jpeg = "jpg",
        /// PNG, kept as it came, or made without loss from a scanner's rows.
        Png = "png",
        /// TIFF with one image.
        Tiff = "tif",
        /// PDF (a container of pages).
        Pdf = "pdf",
    }
);

words!(
    /// Why a capture may not be whole, although it arrived.
    Suspicion {
        /// The lower part is one flat colour: a transfer that broke off.
        FlatTail = "flat-tail",
        /// The scanner delivered fewer lines than it announced.
        ShortRead = "short-read",
    }
);

words!(
    /// What a page shows, as far as that decides what may be done to it.
    Content {
        /// Printed or written text.
        Text = "text",
        /// Ruled or squared paper.
        Lined = "lined",
        /// A painting, a photograph.
        Picture = "picture",
        /// A thing under a camera.
        Object = "object",
        /// A whiteboard.
        Board = "board",
        /// A cover sheet whose codes cannot be read.
        CoverUnread = "cover_unread",
        /// Nothing that could be told from paper.
        Blank = "blank",
    }
);

words!(
    /// What a page is for, once the batch is understood.
    Role {
        /// A pupil's work.
        Work = "work",
        /// The cover sheet that names the pupil, or its back.
        Cover = "cover",
        /// A start, end, separator or self-test sheet.
        Control = "control",
    }
);

impl Content {
    /// Whether somebody may have written on it by hand. Strokes of a brush and the edges of models look like letters too.
    pub fn may_hold_handwriting(self) -> bool {
        !matches!(self, Self::Picture | Self::Object | Self::Blank)
    }
}

impl Shows {
    /// Whether everything said of such captures goes together; in words what does not.
    ///
    /// What nobody would act on is refused, so that no one believes it was heeded.
    pub fn goes_with(self, flow: Flow, items: Option<u32>, mat: bool) -> Result<(), &'static str> {
        match self {
            Self::Papers | Self::Object | Self::Board if flow == Flow::Stack => {
                Err("papers on a mat, objects and boards are pictures, not sheets of a stack")
            }
            Self::Anything | Self::Object | Self::Board if items.is_some() => {
                Err("only papers on a mat can be counted: a number of items goes with papers")
            }
            Self::Anything | Self::Board if mat => Err("an empty mat goes with papers or an object"),
            _ => Ok(()),
        }
    }
}

impl Media {
    /// The IANA media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
        }
    }
}
