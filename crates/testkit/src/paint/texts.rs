//! What pupils of eight and nine write, and what their worksheets ask. All invented.

/// Objective on the slip, then the writing itself.
pub(super) const WRITING: [(&str, &str); 12] = [
    (
        "to write a story opening",
        "The old lighthouse stood on the grey rocks above the harbour. Nobody had climbed its stairs for years, but \
         tonight a yellow light was shining at the top. Maya pulled her coat tighter and whispered to her brother that \
         they should go and look. Together they pushed the heavy door and stepped into the dark. Something moved above \
         them and the stairs began to creak.",
    ),
    (
        "to explain how a plant grows",
        "First we put three bean seeds on wet cotton wool in a jar. After four days a white root came out of every seed \
         and it grew down towards the water. Then a green shoot pushed up to find the light. The bean in the cupboard \
         grew tall and yellow because it had no sunlight. I learned that plants need water, air and light to stay \
         healthy.",
    ),
    (
        "to describe life in Roman Britain",
        "The Romans built long straight roads so that their soldiers could march quickly from town to town. Rich \
         families lived in villas with warm floors and coloured mosaics. The warm air came from a fire under the floor \
         and this was called a hypocaust. If I were a Roman child I would play with marbles made of clay and write on a \
         wax tablet.",
    ),
    (
        "to write a letter with a question",
        "Dear Mrs Farnborough, thank you for letting us visit your farm on Tuesday. My favourite part was feeding the \
         lambs because they were so hungry and funny. Please could you tell me how many eggs your hens lay in one week? \
         We are going to draw a graph about it in our maths lesson. I hope the brown cow feels better soon. Yours \
         sincerely.",
    ),
    (
        "to retell the water cycle",
        "The sun warms the sea and tiny drops of water rise into the air. When they reach the cold sky they join \
         together and make clouds. The wind carries the clouds over the hills where the rain falls into streams and \
         rivers. In the end every river flows back to the sea and the journey starts again. The same water has been \
         travelling for millions of years.",
    ),
    (
        "to use adjectives in a description",
        "My dragon has emerald scales and enormous purple wings. Its breath smells of burnt toast and cinnamon. At night \
         it curls up around the warm chimney and snores so loudly that the windows rattle. The neighbours think it is \
         thunder but only I know the secret. In the morning it eats eleven pancakes with honey and flies me to school.",
    ),
    (
        "to write instructions",
        "How to make a paper boat. You will need one sheet of paper and a flat table. Fold the paper in half from top to \
         bottom. Next fold both corners to the middle so that it looks like a roof. Fold up the strip along each side. \
         Open it carefully and press it into a square. Finally pull the two points apart and your boat is ready to \
         sail.",
    ),
    (
        "to write a recount of a school trip",
        "On Thursday our class went to the museum by train. I sat next to my partner and we counted seventeen bridges. \
         Inside the museum we saw the skeleton of a whale hanging from the ceiling. It was longer than our classroom! \
         After lunch we made a fossil out of plaster and pressed a shell into it. I was tired but happy when we got \
         back.",
    ),
    (
        "to give reasons for an opinion",
        "I believe that every school should have a garden. Firstly, children would learn where their vegetables come \
         from. Secondly, it is calm and quiet and helps you to feel better when you are upset. Some people say that \
         gardens cost too much money, but seeds are cheap and parents could help at the weekend. That is why I think we \
         should dig one this spring.",
    ),
    (
        "to plan a fair test",
        "We wanted to find out which material keeps water hot for longest. We wrapped three cups in wool, foil and paper \
         and left one cup without anything. The amount of water was the same in every cup to make it fair. After twenty \
         minutes the cup with wool was still the warmest. Our prediction was correct because wool traps air and is a \
         good insulator.",
    ),
    (
        "to write a diary entry",
        "Dear diary, today was the worst day at sea so far. The waves were as high as the mast and everybody was sick. \
         The cook dropped the whole pot of soup and it ran across the deck. I had to hold the rope with both hands and I \
         could not feel my fingers. The captain says that we shall see land tomorrow. I miss my bed and my little \
         sister.",
    ),
    (
        "to compare two places",
        "Our village is much smaller than the city. There is one shop, a church and a playground with two swings. In the \
         city there are trams and theatres and very tall buildings. It is noisier but you can travel without a car. I \
         would rather live here because I can hear the owls at night and my grandparents live at the end of the street.",
    ),
];

/// Title, passage, questions, answers.
pub(super) struct Comprehension {
    pub(super) title: &'static str,
    pub(super) passage: &'static str,
    pub(super) questions: [(&'static str, &'static str); 4],
}

pub(super) const COMPREHENSION: [Comprehension; 4] = [
    Comprehension {
        title: "The Hedgehog in the Garden",
        passage: "Hedgehogs are small animals with about five thousand spines. During the day they sleep under leaves or \
                  in a hollow log. When it gets dark they wake up and search for beetles, worms and slugs. In November \
                  they find a dry place and hibernate until spring. You can help a hedgehog by leaving a gap in the \
                  garden fence.",
        questions: [
            ("What covers the body of a hedgehog?", "about five thousand spines"),
            ("When does a hedgehog look for food?", "when it gets dark"),
            ("What happens in November?", "they find a dry place and sleep"),
            ("How can you help?", "leave a gap in the fence"),
        ],
    },
    Comprehension {
        title: "The Great Fire of London",
        passage: "In September 1666 a fire started in a bakery in Pudding Lane. The houses were made of wood and stood \
                  close together, so the flames spread quickly. People threw their furniture into boats on the river. \
                  The fire burned for four days and destroyed more than thirteen thousand houses. Afterwards the city \
                  was built again with brick and stone.",
        questions: [
            ("Where did the fire start?", "in a bakery in Pudding Lane"),
            ("Why did it spread so quickly?", "the houses were made of wood"),
            ("How long did the fire burn?", "four days"),
            ("What was different about the new houses?", "they used brick and stone"),
        ],
    },
    Comprehension {
        title: "Rivers and Their Journey",
        passage: "A river begins at its source, often a spring high in the hills. Small streams called tributaries join \
                  it on the way. In its middle course the river bends from side to side and these bends are called \
                  meanders. Near the sea it becomes wide and slow. The place where it reaches the sea is the mouth of \
                  the river.",
        questions: [
            ("What is the beginning of a river called?", "the source"),
            ("What are tributaries?", "small streams that join it"),
            ("Which word means the bends of a river?", "meanders"),
            ("Where is the mouth of a river?", "where it reaches the sea"),
        ],
    },
    Comprehension {
        title: "How Honey Is Made",
        passage: "Worker bees visit hundreds of flowers to collect a sweet liquid called nectar. They carry it home in a \
                  special honey stomach. In the hive other bees chew the nectar and spread it over the comb. They fan it \
                  with their wings until the water has dried away. Then they close every cell with wax and keep the \
                  honey for the winter.",
        questions: [
            ("What do worker bees collect?", "a sweet liquid called nectar"),
            ("Where do they carry it?", "in a honey stomach"),
            ("Why do bees fan their wings?", "to dry away the water"),
            ("What closes every cell?", "wax"),
        ],
    },
];

pub(super) const SUM_TITLES: [&str; 4] =
    ["Adding and Taking Away", "Times Tables Challenge", "Number Puzzles for Friday", "Warm Up Your Brain"];

/// Problems in words, with what a pupil answers.
pub(super) const PROBLEMS: [(&str, &str); 4] = [
    ("A baker makes 48 rolls and sells 29 of them. How many are left?", "19 rolls are left"),
    ("Six children share 42 stickers equally. How many does each child get?", "7 stickers each"),
    ("A ribbon is 90 cm long. Priya cuts off 35 cm. How long is the rest?", "55 cm"),
    ("There are 8 tables with 4 chairs each. How many chairs are there?", "32 chairs altogether"),
];

pub(super) const SQUARED_OBJECTIVES: [&str; 4] =
    ["to add in columns", "to multiply by one digit", "to subtract with exchanging", "to check with the inverse"];

pub(super) const DATES: [&str; 6] = [
    "Monday 2nd November",
    "Tuesday 10th November",
    "Wednesday 18th November",
    "Thursday 12th November",
    "Friday 20th November",
    "Thursday 19th November",
];

/// Heading and lines on a whiteboard.
pub(super) const BOARDS: [(&str, [&str; 4]); 6] = [
    ("Fractions", ["1/2 is the same as 2/4", "3/4 is more than 1/2", "a whole has four quarters", "half of 18 is 9"]),
    ("Our story plan", ["a boy finds a map", "the cave is dark", "he meets a talking fox", "they share the gold"]),
    ("The water cycle", ["the sun heats the sea", "vapour rises", "clouds get heavy", "rain fills the rivers"]),
    ("Healthy plants", ["water every day", "light from the window", "clean air", "room for the roots"]),
    ("Angles", ["a right angle is 90", "acute is smaller", "obtuse is bigger", "a straight line is 180"]),
    ("Class rules", ["listen to others", "be kind outside", "try again", "tidy your table"]),
];
