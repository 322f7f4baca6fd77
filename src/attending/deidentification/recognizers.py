"""What finds each kind of identifier: Presidio's recognisers where they fit clinical text, patterns of our own elsewhere.

Presidio (github.com/microsoft/presidio) runs here without a language model, so that nothing is downloaded: it brings
telephone numbers (through phonenumbers), dates, IP addresses and the machinery of patterns. Names come from what stands
before or behind them and from lists of given names and surnames (Faker's).
"""

import gzip
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files

import regex
from presidio_analyzer import LocalRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import DateRecognizer, IpRecognizer, PhoneRecognizer

from attending.deidentification.identifiers import Kind

_EXACT_CASE = regex.MULTILINE
_ANY_CASE = regex.MULTILINE | regex.IGNORECASE

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = r"(?:st|nd|rd|th)?"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:(?:19|20)\d\d)"
_BEFORE_A_DATE = (
    r"(?:on|since|from|until|till|through|thru|by|dated|date|before|after|of|as of|around|starting|ending|due|between|and"
    r"|to|seen|drawn|born|last|starts?|ends?|appt|appointment|f/u|follow-?up|LMP|EDD|DOB|[a-z]+ed)"
)
DATES = (
    rf"\b{_MONTH}\.?\s+{_DAY}{_ORDINAL}\b(?:,?\s*{_YEAR}\b)?(?!\s*(?:mg|mcg|ml|units?|tablets?)\b)",
    rf"\b{_DAY}{_ORDINAL}\s+(?:of\s+)?{_MONTH}\b\.?(?:,?\s*{_YEAR}\b)?",
    rf"\b{_DAY}[- ]{_MONTH}[- ](?:{_YEAR}|\d\d)\b",
    rf"\b{_MONTH}(?:\s+of)?[,.]?\s+{_YEAR}\b",
    rf"\b{_MONTH}[-/' ]\d\d\b(?!\s*(?:mg|mcg|ml|%))",
    rf"\b{_MONTH_NUMBER}[/-]{_YEAR}\b",
    rf"\b{_YEAR}[-/.]{_MONTH_NUMBER}(?:[-/.]{_DAY})?\b(?![/.-]?\d)",
    rf"\b{_MONTH_NUMBER}([/.-]){_DAY}\1(?:{_YEAR}|\d\d)\b",
    rf"\b{_BEFORE_A_DATE}:?\s+\K{_MONTH_NUMBER}/{_DAY}\b(?!/?\d|\s*(?:strength|murmur|SEM|HSM|pain|pulses?|mmhg|beats))",
    rf"(?<![\d/])0[1-9]/{_DAY}\b(?!/?\d)",
    rf"(?<=\()[01]?\d/{_DAY}(?=\))",
    rf"(?<![\d.-])0[1-9]-{_DAY}\b(?!-?\d|\s*(?:mg|ml|units?))",
    rf"\b{_MONTH_NUMBER}/['’]\d\d\b",
    rf"^\s*\K{_MONTH_NUMBER}/{_DAY}(?=\s*(?::|-\s)|\s+\d\d?:\d\d|\s+[A-Z]{{2,}})",
    r"(?<=\b(?:DOB|D\.O\.B\.|date of birth|birth ?date|born|DOD|date of death)\b[^\n\d]{0,12})\d[\d/. -]{3,9}\d",
)
AGES = (
    r"\b(?:9\d|1[0-2]\d)(?=[ -]?(?:y[./]?o\b|y\.o\.|yrs?\b|years?\b|year-old|[MF]\b|y\b))",
    r"(?<=\b(?:aged?|age of|age:|turned|turning)\s{1,2})(?:9\d|1[0-2]\d)\b",
    r"\b(?:he|she|they|pt|patient|mother|father|brother|sister|wife|husband|widow(?:er)?)(?:,? (?:is|now|x \d+ yrs, now))?"
    r"\s\K(?:9\d|1[01]\d)\b(?=[.,;]|\s(?:and|yo\b|with|who)|\s*$)(?!\.\d)",
)
PHONES = (
    r"(?<![\d.-])(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?\b",
    r"(?<=\b(?:tel|telephone|phone|ph|fax|cell|mobile|pager|pgr|beeper|page|paged|call|extension|ext|contact)\b"
    r"[ .:#(at]{1,6})[xp#]?(?!\d{1,2}\.\d{1,2}\b)\d[\d .()-]{2,16}\d\b",
    r"\b(?:x|ext\.?\s?|extension\s)\d{4,6}\b",
)
EMAILS = (r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}\b",)
WEB = (
    r"\b(?:https?|s?ftp)://[^\s<>\"']{2,}",
    r"\bwww\.[^\s<>\"']{3,}",
    r"\b[a-z0-9-]{2,}(?:\.[a-z0-9-]{2,})*\.(?:com|org|net|edu|gov)(?:/\S*)?\b",
)
NUMBERS = (
    r"(?<=\b(?:MRN|M\.R\.N\.|MR|medical record|med rec|record|unit|account|acct|visit|encounter|CSN|FIN|HAR|policy|member"
    r"|subscriber|insurance|medicare|medicaid|MBI|HICN|group|certificate|license|licence|lic|plate|VIN|serial|S/N|device"
    r"|model|lot|accession|acc|specimen|NPI|DEA|ID|patient id|SSN|SS|social security|study|case|claim|auth\w*|badge"
    r"|passport|pager id)"
    r"(?:\s*(?:number|num|no|nbr|id|record|card))?[ .:#=-]{1,5})(?=(?:[ -]?[A-Z\d]){4})[A-Z]{0,4}-?\d[\dA-Z]*(?:[ -]?[\dA-Z]*\d[\dA-Z]*){0,5}\b"
    r"(?!\s*(?:mg|mcg|ml|units?|%|days?|weeks?|months?|years?|hours?|times))",
    r"(?<![\d.-])\d{3}-\d{2}-\d{4}\b",
    r"(?<![\d.,-])\d{7,12}(?![\d.,]*\d)",
    r"\b[A-Z]{1,3}\d{6,10}\b",
    r"\b[A-Z]{0,3}-?\d{2}-\d{4,8}\b",
    r"(?<=#[ ]?)\d{5,}\b",
    r"\b[1-9][AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d\d\b",
    r"\b(?:\d{4}[ -]){3}\d{4}\b",
)
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Ter|Square|Sq|Circle"
    r"|Cir|Highway|Hwy|Parkway|Pkwy|Trail|Turnpike|Tpke|Alley|Crescent|Row|Broadway|Plaza|Loop|Pike|Run|Route|Rte)"
)
_STATES = (
    r"(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois"
    r"|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana"
    r"|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon"
    r"|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington"
    r"|West Virginia|Wisconsin|Wyoming|Puerto Rico|A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]"
    r"|N[EVHJMYCD]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY])"
)
_CAPITALISED = r"\p{Lu}[\p{L}'’-]+"
_PLACE = rf"{_CAPITALISED}(?:[ ]{_CAPITALISED}){{0,2}}"
ADDRESSES = (
    rf"\b(?<![.-])\d{{1,6}}[A-Z]?\s+(?!Plt\b)(?:[NSEW]\.?\s+|(?:North|South|East|West)\s+)?(?:(?:{_CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th))\s+)"
    rf"{{1,3}}{_STREET}\b\.?(?:,?\s*(?:Apt|Apartment|Unit|Suite|Ste|Floor|Fl|Rm|#)\.?\s*#?\w{{1,6}})?",
    r"\b\d{1,6}\s+(?:Broadway|(?:County Road|Route|Rte|Highway|Hwy|State Road)\s+\w{1,5})\b",
    rf"\b{_CAPITALISED}[ ](?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Parkway|Pkwy|Highway|Turnpike)\b(?!\.?[ ]?\p{{Lu}})",
    r"\bP\.?\s?O\.?\s+Box\s+\d{1,7}\b",
    rf"\b(?=\p{{Lu}}\p{{Ll}}){_PLACE},\s+{_STATES}\b(?!,|/)(?:\s+\d{{5}}(?:-\d{{4}})?)?",
    rf"\b{_STATES}\s+\d{{5}}(?:-\d{{4}})?\b",
    r"(?<=\b(?:zip|zip code|postal code):?\s{1,2})\d{5}(?:-\d{4})?\b",
    rf"\b(?:[Ll]ives?|[Ll]iving|[Rr]esid(?:es?|ing)|[Rr]esident|[Hh]ome|[Hh]ouse|[Gg]rew up|[Bb]orn|[Rr]aised|[Mm]oved|[Tt]rave\w+"
    rf"|[Tt]rip|[Ii]mmigrated|[Oo]riginally|[Nn]ative|[Ww]orks?|[Rr]etired|[Rr]eturned|[Ww]inters|[Ss]ummers|[Vv]acation\w*|[Vv]isit\w*)(?: [\w’']+){{0,6}}? (?:in|of|from|to|at|near)\s+"
    rf"\K(?!(?:The|His|Her|A|An|Section|ICU)\b){_PLACE}",
)
INSTITUTIONS = (
    rf"\b(?:{_CAPITALISED}|St\.?|Mt\.?)(?:[ ](?:{_CAPITALISED}|St\.?|of|and|the|for|&)){{0,5}}[ ](?:Hospital|Hosp|Medical"
    r" Center|Med Ctr|Clinic|Health Center|Health System|Healthcare|Nursing (?:Home|Facility|Center)|Rehab(?:ilitation)?"
    r"(?: Hospital| Center| Facility)?|(?:Care|Cancer|Heart|Surgery|Wellness|Imaging|Senior|Community|Treatment|Dialysis) Center|Institute|Oncology|Cardiology"
    r"|Orthop(?:a)?edics|Commons|Academy|Dialysis|Manor|Hospice|VAMC|VA|Infirmary|Pharmacy|Shelter|Assisted Living"
    r"|University|College|School|Church|Correctional \w+)\b",
    r"\b(?:MGH|BIDMC|BWH|UCSF|UCLA|NYU|JHH|HUP|UPMC|OSU|BMC|NEBH|MEEI|DFCI|WakeMed|Kaiser(?: Permanente)?)\b",
)
_CREDENTIAL = (
    r"(?:M\.?D\.?|D\.?O\.?|R\.?N\.?|N\.?P\.?|P\.?A\.?(?:-C)?|Ph\.?D\.?|Pharm\.?D\.?|RPh|LICSW|LCSW|MSW|DPM|DDS|MBBS|CNM"
    r"|CRNA|ANP|FNP|APRN|BSN|MS\d|PGY-?\d)"
)
_NAME = r"(?!___)\p{Lu}[\p{L}'’.-]*(?:[ ](?:\p{Lu}[\p{L}'’-]+|\p{Lu}\b\.?|(?:de|la|del|van|von|der|den|bin|al)\b)){0,3}"
_FAMILY_NAME = r"(?!___)(?:(?:de|la|del|van|von|der|den|bin|al|Mc|Mac|O'|St\.)[ ]?){0,2}\p{Lu}[\p{L}'’-]+(?:[ -]\p{Lu}[\p{L}'’-]+){0,2}"
TITLED_NAMES = (rf"\b(?:(?:Drs?|Mr|Mrs|Ms|Mx|Prof|Rev|MRS|DR)\b\.?|Miss|MR\.|MS\.)[ ]+(?:and[ ]+)?\K{_FAMILY_NAME}",)
NAMES = (
    r"\b(?:mr|mrs|dr)\.?[ ]\K\p{Ll}[\p{L}'’-]{2,}\b",
    rf"\b(?:therapist|resident|fellow|intern|nurse|physician|surgeon|hospitalist|cardiologist|worker|manager|counselor|aide"
    rf"|pharmacist|dietitian|interpreter|chaplain|student|coordinator|navigator)[ ]\K{_CAPITALISED}[ ]{_CAPITALISED}\b",
    rf"\b(?:Doctor|Professor|Nurse|Reverend|Father|Sister|Rabbi|Attending|Fellow|Resident|Intern)[ ]+(?:Dr\.?[ ]+)?\K{_FAMILY_NAME}"
    rf"(?=,|\.|;|\s+(?:in|at|from|to|of|and|was|is|will|who|called|paged|saw|has)\b)",
    rf"\b{_NAME}(?=(?:,?[ ]{{1,2}}{_CREDENTIAL}|,[ ](?:PT|OT))(?!\w))",
)
_LABELS = (
    r"(?:Patient(?:'s)? Name|Name|Patient|Pt Name|Attending(?: Physician| MD)?|PCP|Primary Care (?:Physician|Provider)"
    r"|Provider|Referring(?: Physician| MD)?|Surgeon|Assistant|Anesthesiologist|Cardiologist|Oncologist|Dictated [Bb]y"
    r"|Dictator|Transcribed [Bb]y|Signed(?: electronically)?(?: by)?|[Ee]lectronically [Ss]igned [Bb]y|[Cc]osigned [Bb]y"
    r"|[Ww]ritten [Bb]y|[Rr]eviewed [Bb]y|HCP|[Hh]ealth [Cc]are [Pp]roxy|[Pp]roxy|[Nn]ext of [Kk]in|NOK"
    r"|[Ee]mergency [Cc]ontact|[Cc]ontact(?: [Pp]erson)?|[Gg]uardian|POA|[Cc]ase [Mm]anager|[Ss]ocial [Ww]orker|cc|CC'd|RN"
    r"|Nurse|Interpreter|Employer)"
)
LABELLED_NAMES = (
    rf"\b{_LABELS}(?:[ ]*\([^()\n]{{1,30}}\))?[ ]*(?:[:=]|(?<=by))[ ]*(?:Dr\.?[ ]+)?\K{_NAME}(?:,[ ]{_NAME})?",
    r"\b(?:[Ww]ife|[Hh]usband|[Ss]pouse|[Pp]artner|[Ss]on|[Dd]aughter|[Dd]tr|[Bb]rother|[Ss]ister|[Mm]other|[Ff]ather|[Mm]om|[Dd]ad|[Nn]iece"
    r"|[Nn]ephew|[Ff]riend|[Nn]eighbor|[Aa]unt|[Uu]ncle|[Cc]ousin|[Gg]randson|[Gg]randdaughter|[Gg]irlfriend|[Bb]oyfriend|[Ff]ianc[eé]e?"
    r"|named?|called)"
    rf"(?:[ ]is|,|[ ]\(|:)?[ ](?:\(|named[ ])?\K{_NAME}",
)


class Patterns(PatternRecognizer):
    r"""Whatever one of some patterns matches; a pattern may say with `\K` where the identifier begins."""

    def __init__(self, kind: Kind, patterns: tuple[str, ...], *, any_case: bool = False) -> None:
        super().__init__(
            supported_entity=kind,
            patterns=[Pattern(f"{kind} {number}", pattern, 0.5) for number, pattern in enumerate(patterns, start=1)],
            global_regex_flags=_ANY_CASE if any_case else _EXACT_CASE,
        )


class UnlessClinical(Patterns):
    """Whatever one of some patterns matches, unless every word of it is a common word of clinical English."""

    def invalidate_result(self, pattern_text: str) -> bool:
        """Say whether a match names no one: "Mother Died", "Patient: Denies"."""
        return all(
            plain(word) in common_words() or len(word) < 2 or (word.isupper() and len(word) < 5)
            for word in _words(pattern_text)
        )


class ListedNames(LocalRecognizer):
    """Capitalised words of which a list knows one as a given name or a surname: "Kevin Ortiz", "ORTIZ, KEVIN"."""

    _RUN = regex.compile(rf"\b{_CAPITALISED}(?:(?:,[ ]|[ ]\p{{Lu}}\.[ ]|[ ]){_CAPITALISED}){{0,3}}(?:[ ]\p{{Lu}}\.)?")

    def __init__(self) -> None:
        super().__init__(supported_entities=[Kind.NAME])

    def load(self) -> None:
        """Lists are loaded where they are used."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> list[RecognizerResult]:
        """Return each run of capitalised words that holds a name, without clinical words at its ends."""
        return [
            RecognizerResult(entity_type=Kind.NAME, start=start, end=end, score=0.5)
            for run in self._RUN.finditer(text)
            for start, end in self._names(run)
        ]

    @staticmethod
    def _names(run: "regex.Match[str]") -> Iterator[tuple[int, int]]:
        words = [word for word in regex.finditer(r"[\p{L}'’-]+", run[0]) if len(word[0]) > 1]
        if not any(is_name_like(word[0]) for word in words):
            return
        kept = [word for word in words if is_name_like(word[0]) or is_eponym_and_surname(word[0])]
        if any(is_given_name(word[0]) and (len(kept) > 1 or not word[0].isupper()) for word in kept) or (
            len(kept) > 1 and any(is_surname(word[0]) for word in kept)
        ):
            yield run.start() + kept[0].start(), run.start() + kept[-1].end()


def recognizers() -> tuple[LocalRecognizer, ...]:
    """Return all recognisers; they keep no text."""
    return (
        Patterns(Kind.DATE, DATES, any_case=True),
        DateRecognizer(supported_entity=Kind.DATE, patterns=[DateRecognizer.PATTERNS[0]]),
        Patterns(Kind.AGE, AGES, any_case=True),
        Patterns(Kind.PHONE, PHONES, any_case=True),
        PhoneRecognizer(supported_entity=Kind.PHONE, supported_regions=("US",), leniency=2),
        Patterns(Kind.EMAIL, EMAILS, any_case=True),
        Patterns(Kind.WEB, WEB, any_case=True),
        IpRecognizer(supported_entity=Kind.WEB, patterns=[p for p in IpRecognizer.PATTERNS if p.name == "IPv4"]),
        Patterns(Kind.NUMBER, NUMBERS, any_case=True),
        Patterns(Kind.ADDRESS, ADDRESSES),
        UnlessClinical(Kind.INSTITUTION, INSTITUTIONS),
        Patterns(Kind.NAME, TITLED_NAMES),
        UnlessClinical(Kind.NAME, NAMES),
        UnlessClinical(Kind.NAME, LABELLED_NAMES),
        ListedNames(),
    )


def is_name_like(word: str) -> bool:
    """Say whether a word may be a name by itself: neither clinical English, nor an eponym, nor an abbreviation."""
    bare = plain(word)
    if bare in common_words() or bare in eponyms() or len(bare) < 2:
        return False
    return not (word.isupper() and len(bare) <= 4 and not is_given_name(word) and not is_surname(word))


def is_eponym_and_surname(word: str) -> bool:
    """Say whether a word that names a disease or a device is a frequent surname too: "Johnson"."""
    return plain(word) in eponyms() and is_surname(word)


def is_given_name(word: str) -> bool:
    """Say whether a list has the word as a given name."""
    return plain(word) in _listed("first_names")


def is_surname(word: str) -> bool:
    """Say whether a list has the word as a surname."""
    return plain(word) in _listed("last_names")


@cache
def common_words() -> frozenset[str]:
    """Return the words that clinical English writes in lower case."""
    return frozenset(word for word in _word_list() if word.islower())


@cache
def eponyms() -> frozenset[str]:
    """Return the words that clinical English writes with a capital ("Crohn", "Wilson"), in lower case."""
    return frozenset(word.lower() for word in _word_list() if not word.islower())


@cache
def _word_list() -> list[str]:
    data = files("attending.deidentification").joinpath("clinical_words.txt.gz").read_bytes()
    return gzip.decompress(data).decode("utf-8").split()


_LOCALES = ("en_US", "en_GB", "en_IN", "es_ES", "es_MX", "fr_FR", "de_DE", "it_IT", "pt_BR", "pl_PL", "vi_VN", "tr_TR")


@cache
def _listed(kind: str) -> frozenset[str]:
    """Return Faker's names of a kind over some languages, in lower case and without accents."""
    names: set[str] = set()
    for locale in _LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            if attribute.startswith(kind):
                listed = getattr(provider, attribute)
                names.update(plain(name) for name in listed)
    return frozenset(name for name in names if len(name) > 2)


def _words(text: str) -> list[str]:
    return regex.findall(r"[\p{L}'’-]+", text)


def plain(word: str) -> str:
    """Return a word in lower case, without accents and possessive."""
    word = regex.sub(r"['’]s$", "", word)
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if letter.isalpha()).lower()
