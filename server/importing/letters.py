"""Which letters beyond ASCII the names and words of a language are written in, and how often.

Of a thousand such letters, so many are this one: counted in lists of first and last names, smoothed by hand towards
what companies and streets are called. Of languages with thousands of characters, those that are frequent in names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from server.contract.import_codes import Encoding

_ALPHABETS: Mapping[str, str] = {
    "fr": "é600 è120 ç50 ê30 ë30 ï25 î25 ô30 à25 â20 û8 ü8 œ8 ù5 ö3 ÿ2 ä2 æ1",
    "de": "ü400 ö300 ä250 ß80 é15 á3 è3",
    "sv": "ö400 å280 ä280 é60 ü8 ø5 á2",
    "es": "á260 í230 ó210 é180 ñ110 ú50 ü5 ç3 à3 è3",
    "pt": "ã150 á150 é140 ç130 í90 ó70 ê40 â40 ú30 ô25 õ25 à5",
    "it": "à350 è230 ò180 ù110 ì80 é80",
    "da": "ø450 å250 æ230 é40 ö15 ä8 ü8",
    "fi": "ä700 ö240 å25 é20 š2 ž2",
    "is": "í200 ó180 ð150 á150 ö90 ú80 þ60 ý50 é50 æ40",
    "nl": "é350 ë330 è120 ï80 ö60 ü40 ç15",
    "et": "ä400 õ280 ü170 ö60 š50 ž30",
    "et in the West": "ä400 õ60 ü170 ö60",
    "cs": "á200 í170 é100 ř90 š90 č90 ý80 ž70 ě60 ů40 ú20 ň20 ó8 ť8 ď6 ü4 ö4",
    "sk": "á300 č150 š120 í120 ý80 ž70 é40 ľ40 ú30 ň25 ť20 ô15 ď15 ó10 ä8 ĺ5 ŕ3",
    "pl": "ł280 ó130 ń130 ą90 ż90 ś80 ę80 ć60 ź30",
    "hu": "á330 é220 ó140 ö90 ő60 í50 ü50 ú30 ű20",
    "hr": "ć350 č230 š200 ž140 đ60",
    "sl": "č420 š290 ž240 ć40 đ5",
    "ro": "ă330 ţ220 ș150 ț220 ş150 â110 î100",
    "ru": "а128 о114 в99 и83 е70 н69 р60 л51 с42 к42 м34 т33 д22 п16 г15 ф15 у15 б14 я13 й13 ь11 з9 х7 ш6 ы4 ч4 ю4 ц3"
    " ж3 э2 щ2 ё2 ъ1",
    "uk": "а117 о89 к83 н80 е74 р59 и50 л43 в38 с34 м29 д29 т27 і26 у24 б24 ч23 г16 й16 я15 п14 ь14 ш12 з11 х10 ю9 ц8"
    " є7 ж5 щ4 ф4 ґ2 ї3",
    "bg": "а138 и102 н86 о84 е73 р63 л60 к48 в42 т39 с36 д30 м28 я22 г16 п16 ч15 б14 у12 з11 х10 й10 ф8 ш8 ц7 ъ6 ю5 ж4"
    " ь3 щ3",
    "el": "α109 ο84 ς59 ρ56 λ52 τ50 κ50 ν48 η45 υ42 ι42 σ41 π34 ά33 μ32 ί26 δ26 ε26 γ21 ύ15 ό14 β13 ή13 έ11 χ10 ζ10 φ10"
    " ω10 θ7 ώ6 ξ3 ψ2 ΐ1 ϊ1",
    "tr": "ü190 ş150 ı150 ö150 ç130 ğ110 İ40 â5 î2",
    "lt": "ė200 š170 ž130 č110 ū90 ą80 ų60 į50 ę50",
    "lv": "ā300 ī150 ē110 š100 ņ90 ž60 ū60 ļ50 č40 ķ40 ģ30",
    "he": "י149 א98 ו89 ר87 ל79 ב51 ה50 מ48 ן39 נ39 ד36 ש30 ע27 ס26 ג24 ח22 פ16 ת16 ק15 ט15 ז13 ם12 כ8 צ4 ץ3 ף3 ך2",
    "ar": "ا140 ي101 ل74 م71 ر70 ن62 د56 ب43 ع41 و39 ف31 س30 ح26 ه21 ج21 ت18 ق17 ص15 ش15 ز15 ك13 ط10 خ9 ة8 غ7 ض7 أ6"
    " ء6 آ5 ئ5 ث4 ظ4 ى4 ؤ2 ذ2 إ1",
}
_FREQUENT: Mapping[str, str] = {
    "th": "รนาวยกพตมสทเชอลดธณงศะภญจปษบคฐถหไำแโขฒฉฤซฮผฎฏฑฟใฆฬฌิีึืุูั็่้๊๋์",
    "ja": "藤田子太本山中川村木一加美直樹裕井介平也郎真香陽上佐小林岡松石七夏京助亮修健充奈千代和学幹康弘拓明春晃智"
    "桃治洋浩涼淳人綾知実稔篤司結衣翔翼聡舞花英里佳零織三浦島伊々前吉坂口下崎後斉斎森池清水渡辺福原西近遠鈴長"
    "谷阿部青高橋株式会社野大東内竹宮内恵あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめ"
    "もやゆよらりるれろわをんアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリ"
    "ルレロワンガギグゲゴザジズゼゾダデドバビブベボパピプペポー",
    "zh": "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文桂梅秀华"
    "兰英玉丽建红珍荣淑丹云凤婷平强芳燕阳娟军利宁帅国成明柳花海霞雪欧东亮伟佳俊倩健兵冬凯刚勇博坤娜宇小岩峰帆"
    "彬志想慧敏斌旭春晨晶杰芝香楠欢欣波洁洋浩涛玲琳琴瑜瑞璐畅磊艳莉莹萍超辉鑫静颖飞鹏公司有限",
    "tw": "美秀志文麗俊淑玉明宏玲華雄建子珠珍雅宇怡惠柏素廷睿婷恩家豪銘冠宗慧英娟琴蘭鳳彤雲金傑佳賢霖翔品妤哲國榮晴"
    "翰宜宥成正龍月卿梅碧苡進世昌良瑋宸涵蓁興忠承章欣義武貞霞蓮秋香語菲安靜姜張簡歐陽范仁佩珊穎蓉佑男信凱勝博"
    "妍維嘉威婉軒憲庭辰寶中彥心偉強誠遠鴻思君萱碩政彬欽祥德輝春陳林黃李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊"
    "呂江何蕭羅高潘朱鍾彭游詹胡施沈余盧趙",
    "ko": "영지현정수민서진은자준우숙호성경윤미순예상훈원주희재철옥하도명연승아식유남혜건광동석병보람선빈시름길일환"
    "웅종혁중후채춘강고곽구권김나노류문박배백손송신심안양엄오이임장전조차최한허홍황",
}  # fmt: skip
_WESTERN = ("de", "fr", "es", "it", "pt", "sv", "da", "fi", "nl", "is", "et in the West")
_CENTRAL = ("pl", "cs", "hu", "sk", "hr", "sl", "ro", "de")
_CYRILLIC = ("ru", "uk", "bg")
#: What is written in each encoding.
LANGUAGES: Mapping[Encoding, tuple[str, ...]] = {
    Encoding.WESTERN: _WESTERN,
    Encoding.WESTERN_ISO: _WESTERN,
    Encoding.WESTERN_DOS: _WESTERN,
    Encoding.AMERICAN_DOS: _WESTERN,
    Encoding.WESTERN_MAC: _WESTERN,
    Encoding.CENTRAL_EUROPEAN: _CENTRAL,
    Encoding.CENTRAL_EUROPEAN_ISO: _CENTRAL,
    Encoding.CENTRAL_EUROPEAN_DOS: _CENTRAL,
    Encoding.CENTRAL_EUROPEAN_MAC: _CENTRAL,
    Encoding.CYRILLIC: _CYRILLIC,
    Encoding.CYRILLIC_KOI8_R: ("ru", "bg"),
    Encoding.CYRILLIC_KOI8_U: ("uk", "ru"),
    Encoding.CYRILLIC_ISO: _CYRILLIC,
    Encoding.CYRILLIC_DOS: ("ru", "bg"),
    Encoding.CYRILLIC_MAC: _CYRILLIC,
    Encoding.GREEK: ("el",),
    Encoding.GREEK_ISO: ("el",),
    Encoding.TURKISH: ("tr",),
    Encoding.HEBREW: ("he",),
    Encoding.ARABIC: ("ar",),
    Encoding.BALTIC: ("lt", "lv", "et"),
    Encoding.THAI: ("th",),
    Encoding.JAPANESE: ("ja",),
    Encoding.JAPANESE_EUC: ("ja",),
    Encoding.CHINESE: ("zh",),
    Encoding.CHINESE_TRADITIONAL: ("tw",),
    Encoding.KOREAN: ("ko",),
}
#: What programs of that language write where they do not write Unicode (Windows' ANSI code pages).
OF_LANGUAGE: Mapping[str, Encoding] = {
    **dict.fromkeys(("cs", "sk", "pl", "hu", "hr", "sl", "ro", "bs", "sq"), Encoding.CENTRAL_EUROPEAN),
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "sr", "kk"), Encoding.CYRILLIC),
    **dict.fromkeys(("lt", "lv", "et"), Encoding.BALTIC),
    "el": Encoding.GREEK,
    "tr": Encoding.TURKISH,
    "az": Encoding.TURKISH,
    "he": Encoding.HEBREW,
    "ar": Encoding.ARABIC,
    "fa": Encoding.ARABIC,
    "th": Encoding.THAI,
    "ja": Encoding.JAPANESE,
    "zh": Encoding.CHINESE,
    "ko": Encoding.KOREAN,
}


@cache
def weights(language: str) -> Mapping[str, float]:
    """The logarithm of how often each letter is the next one beyond ASCII; capitals as small letters."""
    if language in _FREQUENT:
        letters = _FREQUENT[language]
        return dict.fromkeys(letters, math.log(0.8 / len(letters)))
    shares = {each[0]: int(each[1:]) for each in _ALPHABETS[language].split()}
    total = sum(shares.values())
    return {letter: math.log(share / total) for letter, share in shares.items()}
