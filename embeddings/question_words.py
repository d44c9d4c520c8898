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

Phrase = tuple[str, ...]
"""Words that stand together, folded."""


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
        who: Matches questions for a person; only where names begin with a capital letter and other
            words do not.
        defines: Matches questions for what something is.
        times: Matches names of months and other words for times.
        numerals: Matches numbers in words.
        reasons: Matches words that lead to a reason.
        greetings: Phrases that greet and make small talk; all phrases as split_words gives them.
        thanks: Phrases that thank and praise.
        closings: Phrases that end an exchange: farewells, and that all is well.
        address: Who or what a phrase of courtesy is said to, and what it is said with.
        naming: Words that make a name of what stands before them: ``Günaydın gazetesi``.
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
    who: str = ""
    defines: str = ""
    times: str = ""
    numerals: str = ""
    reasons: str = ""
    greetings: frozenset[Phrase] = frozenset()
    thanks: frozenset[Phrase] = frozenset()
    closings: frozenset[Phrase] = frozenset()
    address: frozenset[Phrase] = frozenset()
    naming: frozenset[str] = frozenset()

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

    def expects(self, question: str) -> re.Pattern[str] | None:
        """Tell what the answer holds to a question for a date, a number or a reason.

        Args:
            question: Folded.

        Returns:
            Matches folded text; None for other questions.
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

    def asks_who(self, question: str) -> bool:
        """Whether a question, folded, is answered with the name of a person."""
        return bool(self.who and re.search(self.who, question))

    def asks_meaning(self, question: str) -> bool:
        """Whether a question, folded, asks what or who something is."""
        return bool(self.defines and re.search(self.defines, question))


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


def _phrases(printed: str) -> frozenset[Phrase]:
    """Phrases, printed with commas between them."""
    return frozenset(tuple(split_words(phrase)) for phrase in printed.split(","))


def _pairs(printed: str) -> frozenset[tuple[str, str]]:
    pairs = (pair.split("+") for pair in fold(printed).split())
    return frozenset((first, second) for first, second in pairs)


_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff]")

_TURKISH_MONTHS = "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik"

LANGUAGES = {
    "tr": Language(
        asking=_words(
            "ne nedir neydi neler nelerdir neyi neye neyin neyle kim kimdi kimdir kimler "
            "kimlerdir kime kimi kimin kimden kiminle hangi hangisi hangisidir hangileri "
            "hangileridir kaç kaça kaçı kaçına kaçında kaçından kaçını kaçının kaçta kaçtan "
            "kaçıncı kaçtır nasıl nasıldır nere neresi neresidir "
            "nerede nerededir nereye nereden nerenin nerelerde nerelerden nerelere nereli "
            "nerelidir nereliydi kimlerle kimlerden kimlere kimlerin kiminden neden niçin niye "
            "midir mi mu mudur misin musun miyim muyum lütfen acaba peki anlat açıkla söyle "
            "hakkında söylendi söyleniyor söylenmiş deniyor bilgi anlatıldı belirtildi"
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
        pairs=_pairs("ne+zaman ne+kadar ne+demek ne+demektir"),
        verb_last=True,
        when=(
            r"ne zaman|hangi (?:yil|tarih|sene|yuzyil|donem|ay|gun)|"
            r"kac(?:inci)? (?:yil|yuzyil|tarih|sene)|\bsaat kac|\bkacta\b"
        ),
        how_many=r"\bkac|ne kadar|yuzde",
        why=r"\bneden\b|nicin|niye\b|(?:ne|hangi) (?:sebep|neden|amac)",
        who=r"\bkim(?:i|e|in|den|di|dir|le|ler\w*)?\b|\bhangi (?:kisi|hukumdar|padisah|bilgin)",
        defines=r"\b(?:nedir|neydi|kimdir|kimdi|ne demek(?:tir)?|ne anlama gelir)\b",
        times=rf"yuzyil|\b(?:{_TURKISH_MONTHS})\b",
        numerals=(
            "bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz|on|yirmi|otuz|kirk|elli|altmis|yetmis|"
            "seksen|doksan|yuz|bin|milyon|milyar|yarim|"
            # Days of a month, as in "ayın onuna kadar"; "birine" is mostly somebody.
            "(?:ikis|uc|dord|bes|altis|yedis|sekiz|dokuz|on|yirmis|otuz)[iu]n(?:[ae]|d[ae]n?)"
        ),
        reasons=r"\b(?:icin|cunku|nedeni|sebeb|dolayi|yuzunden|sayesinde|amac)",
        greetings=_phrases(
            "merhaba, merhabalar, meraba, mrb, mrhb, selam, selamlar, slm, selamün aleyküm, "
            "selamun aleykum, aleyküm selam, aleykum selam, ve aleyküm selam, sa, "
            "günaydın, tünaydın, iyi günler, iyi akşamlar, iyi geceler, iyi sabahlar, iyi "
            "haftalar, iyi bayramlar, iyi çalışmalar, iyi pazarlar, hayırlı günler, hayırlı "
            "sabahlar, hayırlı akşamlar, hayırlı geceler, hayırlı cumalar, hayırlı "
            "bayramlar, bayramınız kutlu olsun, bayramınız mübarek olsun, kolay gelsin, hoş "
            "geldin, hoş geldiniz, hoş bulduk, hoş buldum, alo, hey, ne haber, naber, nbr, "
            "nasılsın, nasılsınız, nasılsın iyi misin, iyi misin, iyi misiniz, iyiyim, ben "
            "de iyiyim, sen nasılsın, siz nasılsınız, ya sen, nasıl gidiyor, ne var ne yok, "
            "ne yapıyorsun, ne yapıyorsunuz, napıyorsun, napiyon, nabıyon"
        ),
        thanks=_phrases(
            "teşekkür ederim, teşekkür ederiz, teşekkürler, teşekkür, teşekkürlerimle, tşk, "
            "tşkler, teşk, tşkr, sağ ol, sağol, sağ olun, sağolun, sağ olasın, sağolasın, "
            "var ol, eyvallah, mersi, eline sağlık, ellerine sağlık, elinize sağlık, "
            "ellerinize sağlık, emeğine sağlık, emeğinize sağlık, Allah razı olsun, aferin, "
            "aferin sana, bravo, helal olsun, harikasın, harikasınız, süpersin, süpersiniz, "
            "çok yardımcı oldun, çok yardımcı oldunuz, minnettarım"
        ),
        closings=_phrases(
            "tamam, tamamdır, tmm, tm, ok, oki, okey, okay, peki, olur, evet, hayır, yok, "
            "anladım, anlaşıldı, güzel, iyi, çok iyi, harika, süper, hoşça kal, hoşçakal, "
            "hoşça kalın, hoşçakalın, güle güle, görüşürüz, görüşmek üzere, kendine iyi "
            "bak, kendinize iyi bakın, Allaha ısmarladık, Allah'a emanet ol, bay bay, rica "
            "ederim, rica ederiz, bir şey değil, önemli değil"
        ),
        address=_phrases(
            "hocam, hoca, abi, abim, abla, kardeşim, kardeş, dostum, canım, arkadaşım, "
            "arkadaş, arkadaşlar, arkadaşlarım, millet, gençler, beyler, hanımlar, ekip, "
            "efendim, sayın, değerli, sevgili, herkes, herkese, hepinize, hepiniz, sana, "
            "size, sizlere, çok, şimdiden, tekrar, tekrardan, yeniden, de, ve, bol bol, "
            "dilerim, dileriz, yine, ya, be"
        ),
        naming=_words(
            "kelimesi kelimesinin sözcüğü sözcüğünün sözü sözünün ifadesi gazetesi gazetesini "
            "dergisi dergisini filmi filmini şarkısı şarkısını dizisi dizisini kitabı kitabını "
            "romanı romanını şiiri şiirini programı programını albümü türküsü oyunu derneği"
        ),
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
        why=r"\bniy[ae]\b|\bne ucun\b|\bneden\b|\bhansi sebeb",
        who=r"\bkim(?:i|e|in|den|dir|le|ler\w*)?\b",
        defines=r"\b(?:nedir|kimdir)\b",
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
        greetings=_phrases(
            "salam, salamlar, salam əleyküm, əleyküm salam, sabahınız xeyir, sabahın xeyir, "
            "günortanız xeyir, axşamınız xeyir, hər vaxtınız xeyir, günaydın, gün aydın, "
            "necəsən, necəsiniz, nə var nə yox, nə xəbər, yaxşısan, yaxşısınız, xoş gəldin, "
            "xoş gəldiniz"
        ),
        thanks=_phrases(
            "təşəkkür, təşəkkürlər, təşəkkür edirəm, təşəkkür edirik, sağ ol, sağ olun, çox "
            "sağ ol, çox sağ olun, minnətdaram, əla, əllərinə sağlıq"
        ),
        closings=_phrases(
            "yaxşı, oldu, tamam, hə, bəli, xeyr, sağ olun, hələlik, görüşənədək, gecəniz "
            "xeyrə, gecən xeyrə, xudahafiz, aydındır, dəyməz"
        ),
        address=_phrases(
            "müəllim, müəllimə, dostum, dostlar, qardaş, qardaşım, hörmətli, əziz, hamıya, "
            "hamınıza, hamı, sizə, sənə, çox, əvvəlcədən, da, də, və"
        ),
        naming=_words(
            "sözü sözünün kəlməsi kəlməsinin qəzeti qəzetini jurnalı jurnalını filmi filmini "
            "mahnısı mahnısını"
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
        when=r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|time)",
        how_many=r"\bhow (?:many|much|long|far|old|often)",
        why=r"\bwhy\b",
        who=r"\bwho(?:m|se)?\b",
        defines=r"^(?:what|who) (?:is|are|was|were)\b",
        # English questions find Turkish texts too.
        times=(
            r"\bcentury\b|yuzyil|\b(?:january|february|march|april|may|june|july|august|"
            rf"september|october|november|december|{_TURKISH_MONTHS})\b"
        ),
        numerals=(
            "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|"
            "fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion"
        ),
        reasons=r"\b(?:because|since|due|reason|so that|in order)\b|\bicin\b|\bnedeni",
        greetings=_phrases(
            "hello, hi, hey, hiya, heya, howdy, yo, greetings, good morning, good "
            "afternoon, good evening, good day, how are you, how are you doing, "
            "how are you today, how r u, how do you do, how is it going, how's it going, "
            "hows it going, what's up, whats up, sup, wassup, nice to meet you, pleased to "
            "meet you, i am fine, i'm fine"
        ),
        thanks=_phrases(
            "thanks, thank you, thank u, thankyou, thx, thnx, tnx, ty, tysm, cheers, much "
            "appreciated, appreciated, appreciate it, i appreciate it, many thanks, thanks "
            "a lot, thanks a million, well done, good job, good bot, nice work, great work, "
            "you are great, you're great, you rock, bravo"
        ),
        closings=_phrases(
            "ok, okay, okey, k, kk, alright, all right, sure, yes, yep, yeah, no, nope, got "
            "it, i see, understood, fine, good, great, cool, nice, perfect, awesome, bye, "
            "bye bye, goodbye, good bye, good night, see you, see you later, see ya, cya, "
            "later, take care, have a nice day, have a good day, you are welcome, you're "
            "welcome, no problem, never mind, nevermind"
        ),
        address=_phrases(
            "everyone, everybody, all, folks, guys, friend, friends, team, there, sir, "
            "madam, dear, mate, buddy, dude, man, again, so much, very much, a lot, and, "
            "then, for your help, for the help, in advance, for everything"
        ),
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
        defines=r"^(?:was|wer) ist\b",
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
        greetings=_phrases(
            "hallo, hallöchen, guten Morgen, guten Tag, guten Abend, grüß Gott, grüß dich, "
            "grüezi, servus, moin, moin moin, na, tach, mahlzeit, wie geht's, wie gehts, "
            "wie geht es dir, wie geht es Ihnen, wie geht es, mir geht es gut, "
            "schönen Tag, freut mich"
        ),
        thanks=_phrases(
            "danke, danke schön, dankeschön, danke sehr, vielen Dank, vielen lieben Dank, "
            "tausend Dank, herzlichen Dank, besten Dank, lieben Dank, ich danke dir, ich "
            "danke Ihnen, gut gemacht, bravo"
        ),
        closings=_phrases(
            "okay, in Ordnung, alles klar, verstanden, ja, nein, gut, sehr gut, prima, "
            "super, toll, tschüss, tschau, ciao, auf Wiedersehen, wiedersehen, bis bald, "
            "bis dann, bis später, gute Nacht, schönen Tag noch, mach's gut, gern "
            "geschehen, bitte sehr, bitte schön, kein Problem"
        ),
        address=_phrases(
            "zusammen, alle, alle zusammen, liebe, lieber, Freunde, Leute, Herr, Frau, dir, "
            "euch, Ihnen, und, im Voraus, für die Hilfe, für Ihre Hilfe, für deine Hilfe, "
            "nochmal, nochmals, bitte"
        ),
    ),
    "fr": Language(
        asking=_words(
            "qui que quoi quand pourquoi comment combien où quel quelle quels quelles lequel "
            "laquelle lesquels lesquelles est ce qu puis je moi mon ma mes peut peux doit dois "
            "faut"
        ),
        fillers=_words(
            "le la les l un une des du de d c et ou en dans sur sous par pour avec sans à au aux "
            "a il elle on ils elles se s y n ne pas sont était ont été être avoir son sa ses leur "
            "ce cette ces nous vous"
        ),
        when=r"\bquand\b|\bquel(?:le)?s? (?:annee|date|jour|heure|mois|siecle)",
        how_many=r"\bcombien\b",
        why=r"\bpourquoi\b|\bquelle raison",
        who=r"\bqui\b",
        defines=r"^(?:qu[' ]est[- ]ce|qui est|c[' ]est quoi)\b",
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
        greetings=_phrases(
            "bonjour, bonsoir, salut, coucou, allô, rebonjour, ça va, comment ça va, "
            "comment allez-vous, comment vas-tu, tu vas bien, vous allez bien, quoi de "
            "neuf, ça va bien, bonne journée, bienvenue, enchanté, enchantée"
        ),
        thanks=_phrases(
            "merci, merci bien, mille mercis, mille merci, merci d'avance, je te remercie, "
            "je vous remercie, un grand merci, grand merci, bravo, bien joué"
        ),
        closings=_phrases(
            "d'accord, dac, entendu, oui, non, bien, très bien, parfait, super, génial, "
            "compris, c'est compris, au revoir, à bientôt, à plus, à plus tard, à demain, "
            "adieu, bonne nuit, bonne soirée, bon week-end, de rien, je vous en prie, je "
            "t'en prie, pas de problème"
        ),
        address=_phrases(
            "tous, toutes, tout le monde, à tous, à toutes, à tout le monde, monsieur, "
            "madame, messieurs, mesdames, mes amis, les amis, ami, amis, cher, chère, "
            "chers, beaucoup, infiniment, et, encore, à toi, à vous, pour votre aide, pour "
            "ton aide, pour tout"
        ),
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
        pairs=_pairs("что+такое кто+такой кто+такая"),
        when=r"\bкогда\b|\bкако[йимг]\w* (?:год|дат|ден|дн|месяц|век)",
        how_many=r"\bсколько\b|\bскольких\b",
        why=r"\b(?:почему|отчего|зачем)\b|\bпо какои причине\b",
        who=r"\b(?:кто|кого|кому|кем|чья|чей|чье)\b",
        defines=r"^(?:что|кто) (?:такое|такои|такая|это)\b",
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
        greetings=_phrases(
            "привет, приветик, приветствую, здравствуй, здравствуйте, здрасте, здрасьте, "
            "здорово, хай, доброе утро, добрый день, добрый вечер, доброго дня, доброго "
            "утра, доброго времени суток, салам, ассаламу алейкум, салам алейкум, как дела, "
            "как ты, как вы, как жизнь, как поживаешь, как поживаете, что нового, рад "
            "познакомиться, добро пожаловать"
        ),
        thanks=_phrases(
            "спасибо, спасиб, спс, пасиб, пасибо, благодарю, благодарим, спасибо большое, "
            "большое спасибо, огромное спасибо, спасибо огромное, благодарствую, молодец, "
            "умница, браво"
        ),
        closings=_phrases(
            "ок, окей, ладно, хорошо, понял, поняла, понятно, ясно, да, нет, отлично, "
            "супер, класс, здорово, пока, пока пока, до свидания, до встречи, до завтра, "
            "спокойной ночи, доброй ночи, всего доброго, всего хорошего, увидимся, удачи, "
            "не за что"
        ),
        address=_phrases(
            "всем, все, друг, друзья, ребята, дорогой, дорогая, дорогие, уважаемые, "
            "уважаемый, бот, вам, тебе, и, ещё раз, заранее, за помощь, очень"
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
        greetings=_phrases(
            "مرحبا, مرحبتين, أهلا, أهلا وسهلا, أهلا وسهلا بك, هلا, هاي, هلو, سلام, السلام "
            "عليكم, السلام عليكم ورحمة الله, السلام عليكم ورحمة الله وبركاته, وعليكم "
            "السلام, صباح الخير, صباح النور, مساء الخير, مساء النور, كيف حالك, كيف الحال, "
            "كيفك, شلونك, إزيك, تحياتي, تحية طيبة"
        ),
        thanks=_phrases(
            "شكرا, شكرا جزيلا, شكرا لك, شكرا لكم, ألف شكر, جزيل الشكر, مشكور, مشكورة, "
            "أشكرك, أشكركم, متشكر, جزاك الله خيرا, جزاكم الله خيرا, بارك الله فيك, بارك "
            "الله فيكم, يعطيك العافية, أحسنت"
        ),
        closings=_phrases(
            "حسنا, تمام, طيب, أوكي, اوك, نعم, لا, ماشي, مفهوم, فهمت, ممتاز, رائع, مع "
            "السلامة, إلى اللقاء, وداعا, باي, تصبح على خير, تصبحون على خير, في أمان الله, "
            "عفوا, العفو"
        ),
        address=_phrases(
            "يا, أخي, أختي, صديقي, أصدقائي, أستاذ, أستاذي, دكتور, جميعا, للجميع, الجميع, "
            "بوت, شباب, كثيرا, جدا, مقدما, و, بكم, بك, لك, لكم"
        ),
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
        who=r"\bким(?:ди|ге|нин|нен|мен|дер)?\b",
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
        greetings=_phrases(
            "сәлем, сәлеметсіз бе, сәлеметсің бе, сәлеметсіздер ме, сәлем бердік, салем, "
            "ассалаумағалейкум, ассалаумағалейкүм, уағалейкумассалам, армысыз, армысың, "
            "армысыздар, қайырлы таң, қайырлы күн, қайырлы кеш, қайырлы түн, қалайсың, "
            "қалайсыз, қалың қалай, қалыңыз қалай, жағдай қалай, жағдайың қалай, жағдайыңыз "
            "қалай, қош келдіңіз, қош келдің, salem, salemetsiz be, qalaisyn"
        ),
        thanks=_phrases(
            "рақмет, рахмет, көп рақмет, көп рахмет, рақмет сізге, рахмет сізге, рахмет "
            "саған, алғыс, алғыс айтамын, ризамын, жарайсың, rahmet, raqmet"
        ),
        closings=_phrases(
            "жарайды, жақсы, түсінікті, түсіндім, иә, жоқ, ия, мақұл, сау бол, сау болыңыз, "
            "сау болыңыздар, көріскенше, кездескенше, қош бол, қош болыңыз, оқасы жоқ"
        ),
        address=_phrases(
            "достар, досым, дос, бауырым, аға, ағай, апай, мұғалім, құрметті, қымбатты, "
            "бәріңізге, барлығыңызға, сізге, саған, сіздерге, көп, өте, және, алдын ала"
        ),
        naming=_words("сөзі сөзінің газеті журналы фильмі әні"),
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
        greetings=_phrases(
            "你好, 您好, 你好吗, 您好吗, 大家好, 你们好, 嗨, 哈喽, 哈啰, 喂, "
            "早, 早安, 早上好, 上午好, 中午好, 下午好, 晚上好, 最近怎么样, "
            "你怎么样, 你好嗎, 您好嗎, 吃了吗, 幸会"
        ),
        thanks=_phrases(
            "谢谢, 谢谢你, 谢谢您, 谢谢大家, 谢了, 多谢, 非常感谢, 十分感谢, 感谢, "
            "感谢您, 感谢你, 太感谢了, 谢谢啦, 感恩, 謝謝, 謝謝你, 謝謝您, 多謝, "
            "感謝, 非常感謝, 辛苦了, 真棒, 太棒了"
        ),
        closings=_phrases(
            "好, 好的, 好吧, 好啊, 行, 可以, 嗯, 嗯嗯, 是的, 对, 不, 没事, "
            "明白, 明白了, 知道了, 了解, 收到, 再见, 再見, 拜拜, 回头见, 明天见, "
            "晚安, 不客气, 不客氣, 没关系"
        ),
        address=_phrases(
            "老师, 先生, 女士, 朋友, 朋友们, 各位, 大家, 机器人, 们, 请, 了, 啊, 呀, 啦"
        ),
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
        greetings=_phrases(
            "こんにちは, こんにちわ, こんばんは, こんばんわ, おはよう, "
            "おはようございます, もしもし, やあ, ハロー, どうも, はじめまして, "
            "初めまして, よろしく, よろしくお願いします, よろしくお願いいたします, "
            "宜しくお願いします, お元気ですか, 元気ですか, 調子はどう, "
            "お疲れ様です, お疲れさまです, お世話になっております, お世話になります"
        ),
        thanks=_phrases(
            "ありがとう, ありがとうございます, ありがとうございました, 有難う, "
            "有難うございます, 有り難うございます, どうもありがとう, "
            "どうもありがとうございます, 感謝します, サンキュー, 助かりました, 助かります, "
            "すごい, すばらしい, 素晴らしい"
        ),
        closings=_phrases(
            "はい, いいえ, うん, わかった, わかりました, 分かりました, 了解, "
            "了解です, 了解しました, 承知しました, かしこまりました, オーケー, オッケー, "
            "なるほど, さようなら, さよなら, バイバイ, じゃあね, またね, また明日, "
            "おやすみ, おやすみなさい, 失礼します, どういたしまして"
        ),
        address=_phrases(
            "皆さん, みなさん, 皆様, 先生, さん, 様, ボット, ね, よ, とても, 本当に, 大変"
        ),
    ),
}
"""By ISO 639 code; where a question fits two alike, the first of them is taken."""
