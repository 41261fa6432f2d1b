//! Scripts, with their usual letters and a sentence that shows most of them.

/// A script.
pub(crate) struct Script {
    /// Its name in Unicode.
    pub(crate) name: &'static str,
    /// Its usual letters, in lines as people are used to see them.
    pub(crate) letters: &'static [&'static str],
    /// A sentence with as many of them as is usual.
    pub(crate) sentence: &'static str,
}

/// Scripts that are known here, the most used first.
pub(crate) const SCRIPTS: &[Script] = &[
    Script {
        name: "Latin",
        letters: &["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"],
        sentence: "The quick brown fox jumps over the lazy dog",
    },
    Script {
        name: "Cyrillic",
        letters: &["АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", "абвгдежзийклмнопрстуфхцчшщъыьэюя"],
        sentence: "Съешь ещё этих мягких булок, да выпей чаю",
    },
    Script {
        name: "Greek",
        letters: &["ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", "αβγδεζηθικλμνξοπρσςτυφχψω"],
        sentence: "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    },
    Script {
        name: "Hebrew",
        letters: &["אבגדהוזחטיךכלםמןנסעףפץצקרשת"],
        sentence: "דג סקרן שט בים מאוכזב ולפתע מצא חברה",
    },
    Script {
        name: "Arabic",
        letters: &["ابتثجحخدذرزسشصضطظعغفقكلمنهوي"],
        sentence: "نص حكيم له سر قاطع وذو شأن عظيم",
    },
    Script {
        name: "Devanagari",
        letters: &["अआइईउऊऋएऐओऔ", "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह"],
        sentence: "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण",
    },
    Script {
        name: "Bengali",
        letters: &["অআইঈউঊঋএঐওঔ", "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ"],
        sentence: "আমার সোনার বাংলা, আমি তোমায় ভালোবাসি",
    },
    Script {
        name: "Tamil",
        letters: &["அஆஇஈஉஊஎஏஐஒஓஔ", "கஙசஞடணதநபமயரலவழளறன"],
        sentence: "யாதும் ஊரே யாவரும் கேளிர்",
    },
    Script {
        name: "Telugu",
        letters: &["అఆఇఈఉఊఋఎఏఐఒఓఔ", "కఖగఘఙచఛజఝఞటఠడఢణతథదధనపఫబభమయరలవశషసహళ"],
        sentence: "దేశ భాషలందు తెలుగు లెస్స",
    },
    Script {
        name: "Thai",
        letters: &["กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"],
        sentence: "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
    },
    Script {
        name: "Georgian",
        letters: &["აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"],
        sentence: "ყველა ადამიანი იბადება თავისუფალი",
    },
    Script {
        name: "Armenian",
        letters: &["ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"],
        sentence: "Բոլոր մարդիկ ծնվում են ազատ",
    },
    Script {
        name: "Ethiopic",
        letters: &["ሀለሐመሠረሰሸቀበተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ"],
        sentence: "ሰማይ አይታረስ ንጉሥ አይከሰስ",
    },
    Script {
        name: "Hiragana",
        letters: &[
            "あいうえおかきくけこさしすせそたちつてと",
            "なにぬねのはひふへほまみむめもやゆよらりるれろわをん",
        ],
        sentence: "いろはにほへとちりぬるを",
    },
    Script {
        name: "Katakana",
        letters: &[
            "アイウエオカキクケコサシスセソタチツテト",
            "ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
        ],
        sentence: "イロハニホヘトチリヌルヲ",
    },
    Script {
        name: "Hangul",
        letters: &["가나다라마바사아자차카타파하"],
        sentence: "키스의 고유조건은 입술끼리 만나야 한다",
    },
    Script {
        name: "Han",
        letters: &["天地玄黄宇宙洪荒日月星辰", "一二三四五六七八九十人大小上下中山水火木金土"],
        sentence: "天地玄黄宇宙洪荒",
    },
];
