"""What asks in each language, what says little there, and what an answer looks like.

A language is added in one place: an entry of LANGUAGES. The words of one must not count in the
questions of another (``die`` and ``on`` say nothing in one language and much in the next), so a
question is first told by its small words which language it is in.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from embeddings.analyzer import fold, split_words

_DATE = r"\b\d{3,4}(?!\d)|\d[./]\d"
_NUMBER = r"\d"
_LEAST_EVIDENCE = 2  # one asking word or two fillers; below, the first language is taken


class Language(NamedTuple):
    """The small words of a language, folded, and regular expressions for folded text.

    Attributes:
        asking: They ask, also of the text itself (what was said about it), and stand in no answer.
        fillers: They stand in questions and texts alike, and say little in either.
        pairs: Words that ask together; the first is an asking word by itself.
        runs: Matches what asks within runs of words without spaces.
        letters: Those printed in no other of these languages.
        verb_last: Whether the verb, which tells the fact that is asked, stands last.
        when: Matches questions for a date.
        how_many: Matches questions for a number.
        why: Matches questions for a reason.
        times: Matches names of months and other words for times.
        numerals: Matches numbers in words.
        reasons: Matches words that lead to a reason.
    """

    asking: frozenset[str] = frozenset()
    fillers: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    runs: str = ""
    letters: str = ""
    verb_last: bool = False
    when: str = ""
    how_many: str = ""
    why: str = ""
    times: str = ""
    numerals: str = ""
    reasons: str = ""

    def cut(self, words: Sequence[str]) -> list[str]:
        """Leave out the second words of pairs, and what asks within words.

        ``桔梗の絵は誰が描いたのですか`` gives ``桔梗の絵は`` and ``が描いた``. A word of which
        nothing would be left stays whole.
        """
        asked = [
            word
            for before, word in zip(["", *words], words, strict=False)
            if (before, word) not in self.pairs
        ]
        if not self.runs:
            return asked
        return [piece for word in asked for piece in _pieces(self.runs, word) or [word]]

    def expected_answer(self, question: str) -> re.Pattern[str] | None:
        """Tell what the answer holds to a question for a date, a number or a reason.

        Args:
            question: Folded.

        Returns:
            Matches folded text; None for other questions, and in languages without patterns.
        """
        numerals = self.numerals if self.runs else rf"\b(?:{self.numerals})\b"
        answers = (
            (self.when, rf"{_DATE}|{self.times}"),
            (self.how_many, rf"{_NUMBER}|{numerals}"),
            (self.why, self.reasons),
        )
        found = (answer for asks, answer in answers if asks and re.search(asks, question))
        answer = next(found, None)
        return None if answer is None else re.compile(answer)


def read_language(text: str) -> Language:
    """Tell which language a question is in: by its script, its letters, its small words.

    Args:
        text: The question as typed.

    Returns:
        One of LANGUAGES; the first of them where there is no telling.
    """
    if _UNSPACED.search(text):
        return LANGUAGES["ja" if _KANA.search(text) else "zh"]
    words = split_words(text)
    lowered = text.lower()
    best = max(LANGUAGES.values(), key=lambda known: _evidence(known, words, lowered))
    is_told = _evidence(best, words, lowered) >= _LEAST_EVIDENCE
    return best if is_told else next(iter(LANGUAGES.values()))


def _evidence(language: Language, words: Sequence[str], text: str) -> int:
    asking = sum(word in language.asking for word in words)
    fillers = sum(word in language.fillers for word in words)
    return 2 * asking + fillers + 2 * any(letter in text for letter in language.letters)


def _pieces(runs: str, word: str) -> list[str]:
    return [piece for piece in re.split(runs, word) if piece]


def _words(printed: str) -> frozenset[str]:
    return frozenset(fold(printed).split())


def _pairs(printed: str) -> frozenset[tuple[str, str]]:
    pairs = (pair.split("+") for pair in fold(printed).split())
    return frozenset((first, second) for first, second in pairs)


_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff]")

LANGUAGES = {
    # Its answers, and those of English, are described in questions.py.
    "tr": Language(
        asking=_words(
            "ne nedir neler nelerdir neyi neye neyin neyle kim kimdir kimler kimlerdir kime kimi "
            "kimin kimden kiminle hangi hangisi hangisidir hangileri hangileridir kaç kaçı kaçta "
            "kaçıncı kaçtır nasıl nasıldır nere neresi neresidir nerede nerededir nereye nereden "
            "nerenin neden niçin niye midir mi mu mudur misin musun miyim muyum lütfen acaba peki "
            "anlat açıkla söyle hakkında söylendi söyleniyor söylenmiş deniyor bilgi anlatıldı "
            "belirtildi"
        ),
        fillers=_words(
            "denir denilen denmektedir adı adlı isimli olan olarak ile ve veya ya da de ki bir bu "
            "şu o için göre ilgili dair var varmı yok nedeni yıl yılda yılı yılında sene senede "
            "senesinde tarih tarihte tarihinde üçün en "
            # Verbs that stand for any other.
            "yapıldı yapılmış yapılmıştır yapılır yapılan yaptı yapmıştır oldu olmuş olmuştur "
            "olur olacak edildi edilmiş edilmiştir etti etmiştir eder edilir dedi demiş demiştir "
            "der söyledi söylemiştir söyler belirtti geçti geçmektedir geçer bulunur "
            "bulunmaktadır bulunan vardır yoktur denmiştir denildi istedi istenir"
        ),
        pairs=_pairs("ne+zaman ne+kadar"),
        verb_last=True,
    ),
    "az": Language(
        asking=_words(
            "nə nədir nələr nəyi nəyə nəyin kim kimdir kimlər kimi kimə kimin kimdən hansı "
            "hansıdır neçə neçədir neçənci neçədə necə necədir hara haradadır harada haraya "
            "haradan haçan nədən niyə zəhmət olmasa mi mu midir məgər bəs niya haqqında deyin "
            "olar olarmı varmı"
        ),
        fillers=_words(
            "və ilə bir bu o da ki üçün olan olaraq görə var yox idi imiş edib edir edilir "
            "edilib etdi olub olur olunur olunub oldu vaxt il ildə ilində tarixdə dəfə"
        ),
        pairs=_pairs("nə+vaxt nə+qədər nə+üçün nə+zaman"),
        letters="ə",
        verb_last=True,
        when=r"\bne (?:vaxt|zaman)\b|\bhacan\b|\bhansi (?:il|tarix|gun|ay|vaxt)",
        how_many=r"\bnece(?:di|nci|de\b)?|\bne qeder\b",
        why=r"\bniye\b|\bne ucun\b|\bneden\b|\bhansi sebeb",
        times=(
            r"yanvar|fevral|\bmart|aprel|\bmay\b|\bmayin|iyun|iyul|avqust|sentyabr|oktyabr|"
            r"noyabr|dekabr|\besr"
        ),
        numerals=(
            "iki|uc|dord|bes|alti|yeddi|sekkiz|doqquz|on|iyirmi|otuz|qirx|elli|altmis|yetmis|"
            "seksen|doxsan|yuz|min|milyon"
        ),
        reasons=(
            r"\b(?:cunki|sebeb|ucbatindan|meqsed|buna gore)|(?:m[ae]q|si|i[gy]i) ucun\b|"
            r"i[gy]ine gore\b"
        ),
    ),
    "en": Language(
        asking=_words(
            "what whats which who whos whom whose when where why how is are was were do does did "
            "can could should would will may must am please tell me my we our you your"
        ),
        fillers=_words(
            "the a an of in on at to for from by with about and or that this these those it its "
            "be been being has have had there said say says much many long far year as if not any "
            "some i he she they his her their them into than"
        ),
        pairs=_pairs("how+many how+much how+long how+far how+old how+often"),
    ),
    "de": Language(
        asking=_words(
            "wer wen wem wessen was wann wo wohin woher warum wieso weshalb wozu womit worin wie "
            "wieviel welche welcher welches welchen welchem ich mich mir mein meine meinen meiner "
            "darf dürfen kann können könnte muss müssen soll sollen bitte gibt"
        ),
        fillers=_words(
            "der die das den dem des ein eine einen einem einer eines und oder in im an am auf zu "
            "zum zur von vom mit bei für aus nach über unter um ist sind war waren wird werden "
            "wurde wurden hat haben hatte es er sie man sich nicht auch als dass wir uns"
        ),
        pairs=_pairs("wie+viel wie+viele wie+lange wie+oft wie+alt wie+groß wie+hoch wie+weit"),
        letters="äß",
        when=r"\bwann\b|\bwelche[mnrs]? (?:jahr|tag|datum|monat|uhrzeit)|\bum wie ?viel uhr\b",
        how_many=r"\bwie ?(?:viele?|lange|oft|alt|gross|hoch|weit|breit|tief|schwer)\b",
        why=r"\b(?:warum|wieso|weshalb|wozu)\b",
        times=(
            r"januar|februar|\bmarz|april|\bmai\b|\bjuni\b|\bjuli\b|august|september|oktober|"
            r"november|dezember|jahrhundert|\buhr\b|\b(?:mon|diens|donners|frei|sams|sonn)tag|"
            r"mittwoch"
        ),
        # Numerals are written in one word: vierunddreissig.
        numerals=(
            r"(?:zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf)(?:und|zehn|zig|ssig|"
            r"hundert|tausend)?\w*|(?:ein|sech|sieb)und\w+|zwanzig|hundert\w*|tausend\w*|"
            r"millionen"
        ),
        reasons=r"\b(?:weil|denn|wegen|damit|deshalb|daher|darum|grund|aufgrund|da)\b|\bum\b.*\bzu\b",
    ),
    "fr": Language(
        asking=_words(
            "qui que quoi quand pourquoi comment combien où quel quelle quels quelles lequel "
            "laquelle lesquels lesquelles est ce qu puis je moi mon ma mes peut peux doit dois "
            "faut"
        ),
        fillers=_words(
            "le la les l un une des du de d et ou en dans sur sous par pour avec sans à au aux a "
            "il elle on ils elles se s y n ne pas sont était ont été être avoir son sa ses leur "
            "ce cette ces nous vous"
        ),
        when=r"\bquand\b|\bquel(?:le)?s? (?:annee|date|jour|heure|mois|siecle)",
        how_many=r"\bcombien\b",
        why=r"\bpourquoi\b|\bquelle raison",
        times=(
            r"janvier|fevrier|\bmars\b|avril|\bmai\b|\bjuin\b|juillet|\baout\b|septembre|octobre|"
            r"novembre|decembre|siecle|\bheures?\b|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
            r"dimanche"
        ),
        numerals=(
            "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|"
            "seize|vingt|trente|quarante|cinquante|soixante|cent|cents|mille|millions?|moitie"
        ),
        reasons=r"\b(?:parce|car|puisque|raison|cause|afin|grace|pour (?:que|eviter|ne pas))\b",
    ),
    "ru": Language(
        asking=_words(
            "кто что когда где почему отчего зачем как какой какая какое какие каком какого каким "
            "какую каких сколько скольких каков какова каково каковы чей чья чьё чьи куда откуда "
            "кого кому кем ком чего чему чем чём ли можно нужно надо мне я мой моя скажи "
            "расскажи пожалуйста"
        ),
        fillers=_words(
            "и в во на о об с со по из за от до для к у при это этот эта эти был была было были "
            "есть не а но он она оно они его её их бы же год году года"
        ),
        when=r"\bкогда\b|\bкако[йимг]\w* (?:год|дат|ден|дн|месяц|век)",
        how_many=r"\bсколько\b|\bскольких\b",
        why=r"\b(?:почему|отчего|зачем)\b|\bпо какои причине\b",
        times=(
            r"январ|феврал|\bмарт|апрел|\bма[яеи]\b|\bиюн|\bиюл|август|сентябр|октябр|ноябр|"
            r"декабр|\bвек[аеу]?\b"
        ),
        numerals=(
            r"дв[аеу]\w*|тр[ие]\w*|четыр\w*|пят[ьи]\w*|шест[ьи]\w*|сем[ьи]\w*|вос[еь]м\w*|"
            r"девят\w*|десят\w*|двадцат\w*|сорок\w*|девяност\w*|сто|ста|двест\w*|тысяч\w*|"
            r"миллион\w*|половин\w*"
        ),
        reasons=(
            r"\b(?:потому|поэтому|из за|так как|чтобы|благодаря|вследствие|поскольку|ввиду)\b|"
            r"из-за|\bпричин"
        ),
    ),
    "ar": Language(
        asking=_words(
            "من ما ماذا متى أين كيف لماذا لم كم أي أية هل بكم بم عم لمن الذي التي الذين يمكنني "
            "يمكن أستطيع هو هي أنا لي وكم ومتى وأين"
        ),
        fillers=_words(
            "في على إلى عن مع أو ثم أن إن كان كانت هذا هذه ذلك تلك التي قد لا كل عند عام سنة "
            "يوم توجد يوجد"
        ),
        when=r"\bمتي\b|\b(?:اي|ايه) (?:عام|سنه|يوم|تاريخ|شهر|وقت)",
        how_many=r"\bو?ب?كم\b",
        why=r"\bلماذا\b|\bما سبب\b|\bلم\b",
        times=(
            "يناير|فبراير|مارس|ابريل|نيسان|مايو|ايار|يونيو|حزيران|يوليو|تموز|اغسطس|سبتمبر|ايلول|"
            "اكتوبر|تشرين|نوفمبر|ديسمبر|كانون|شباط|اذار|رمضان|قرن|القرن|ساعه|الساعه"
        ),
        numerals=(
            r"و?(?:ال)?(?:واحد|اثن[اي]|اثنت|ثلاث|اربع|خمس|سته|ستون|ستين|سبع|ثمان|تسع|عشر|ميه|مايه|الف|"
            r"الاف|مليون|نصف)\w*"
        ),
        reasons=r"\b(?:لان|بسبب|لكي|كي|نظرا|نتيجه|لذلك|حتي لا|من اجل)",
    ),
    "kk": Language(
        asking=_words(
            "не нені неге ненің немен неден нелер кім кімді кімге кімнің кімнен кіммен кімдер "
            "қай қайсы қайда қайдан қайту қандай қалай қашан қанша неше нешеу нешінші неліктен "
            "ма ме ба бе па пе екен туралы айтшы бола "
            # In Latin letters.
            "kim kimdi kimge qai qaisy qaida qaidan qandai qalai qashan qansha neshe nege"
        ),
        fillers=_words(
            "және мен бен пен бұл сол осы ол бір да де та те үшін бойынша болған болды болып бар "
            "жоқ еді деп деген жылы жыл жылда керек"
        ),
        pairs=_pairs("не+үшін не+себепті"),
        letters="әғқңөұүһ",
        verb_last=True,
        when=r"\bкашан\b|\bкаи (?:жыл|кун|аи|гасыр|уакыт)|\bнешинши жыл",
        how_many=r"\b(?:неше|нешеу|канша)",
        why=r"\b(?:неге|неликтен)\b|\bне (?:ушин|себепти)\b",
        times=(
            r"кантар|акпан|наурыз|сауир|мамыр|маусым|шилде|тамыз|кыркуиек|казан|караша|"
            r"желтоксан|гасыр"
        ),
        numerals=(
            "еки|уш|торт|бес|алты|жети|сегиз|тогыз|он|жиырма|отыз|кырык|елу|алпыс|жетпис|"
            "сексен|токсан|жуз|мын|миллион"
        ),
        reasons=(
            r"(?:у|ганы|гени|каны|кени) ушин\b|"
            r"\b(?:оиткени|себеб|себепти|сондыктан|салдарынан|максат)"
        ),
    ),
    "zh": Language(
        runs=(
            "什么时候|什麼時候|为什么|為什麼|什么|什麼|为何|為何|为啥|何时|何時|何地|如何|"
            "怎么样|怎麼樣|怎么|怎麼|怎样|怎樣|谁|誰|哪里|哪裡|哪儿|哪兒|哪些|哪个|哪個|哪|"
            "多少|多久|多长|多長|多大|多远|多遠|多高|几(?!何)|幾(?!何)|请问|請問|是否|是不是|"
            "有没有|有沒有|能不能|可不可以|能否|可以|吗|嗎|呢|"
            "(?<!目)的|了(?!解)|是"
        ),
        when="什么时候|什麼時候|何时|何時|(?:哪|几|幾)(?:一|个|個)?(?:年|月|天|日|点|點)",
        how_many="多少|多久|多长|多長|多大|多远|多遠|多高|几(?!何)|幾(?!何)",
        why="为什么|為什麼|为何|為何|为啥",
        times=r"[0-9一二三四五六七八九十]+(?:年|月|日|号|號|点|點)|世纪|世紀|星期|周[一二三四五六日]",
        numerals=r"[一二两兩三四五六七八九十百千万萬亿億半]+",
        reasons="因为|因為|由于|由於|所以|因此|为了|為了|以免|以便|原因",
    ),
    "ja": Language(
        runs=(
            "どうして|どうやって|どのように|どのくらい|どれくらい|どれぐらい|どんな|どなた|どちら|"
            "どこ|どの|どれ|だれ|誰|なぜ|何故|いつ(?!も)|いくつ|いくら|なに|何|"
            "(?:教えて|おしえて)(?:ください|下さい)?|について|とは(?=$|何|な)|"
            "(?:[んの])?(?:でしょう|でした|です)か?$|(?:あり|い)?ま(?:すか|したか|せんか|す|した)$|か$"
        ),
        verb_last=True,
        when="いつ(?!も)|何(?:年|月|日|時|曜日|世紀)",
        how_many="いくつ|いくら|何[^年月日時曜故]|どのくらい|どれくらい|どれぐらい",
        why="なぜ|何故|どうして",
        times=(
            r"[0-9一二三四五六七八九十]+(?:年|月|日|時)|世紀|(?:明治|大正|昭和|平成|令和)|曜日"
        ),
        numerals=r"[一二三四五六七八九十百千万億半]+",
        reasons="ため|から|ので|理由|せい",
    ),
}
"""By ISO 639 code; where a question fits two alike, the first of them is taken."""
