"""Which conditions a wording speaks of, said or denied: keeps a note from contradicting its own patient.

A wording may be used for a patient only if all that it says in passing is true of that patient.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Topic:
    """A condition as free text names it.

    Attributes:
        name: A word for it.
        codes: Beginnings of the codes, any of which makes the topic true of a patient.
        kin: Beginnings of further codes that a decoy of this topic would seem to contradict.
        pattern: What finds it in free text.
    """

    name: str
    codes: tuple[str, ...]
    kin: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Mentions:
    """The topics of one wording, by name."""

    said: frozenset[str]
    denied: frozenset[str]

    @property
    def topics(self) -> frozenset[str]:
        """All of them."""
        return self.said | self.denied

    def fit(self, codes: frozenset[str], own: AbstractSet[str] = frozenset()) -> bool:
        """Whether all that is said is true of a patient with these codes, and nothing true is denied.

        Args:
            codes: What the patient has.
            own: Names of the topics that the wording is about; those fit anyway.
        """
        true = topics_of(codes)
        return self.said - own <= true and not (self.denied - own) & true

    def stay_clear(self, codes: frozenset[str]) -> bool:
        """Whether nothing said or denied comes near what a patient with these codes has."""
        return not self.topics & topics_near(codes)


def _topic(name: str, codes: str, pattern: str, kin: str = "", *, cased: bool = False) -> Topic:
    compiled = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", 0 if cased else re.IGNORECASE)
    return Topic(name, tuple(codes.split()), tuple(kin.split()), compiled)


_DIABETES = "E08 E09 E10 E11 E13"
_HYPERTENSION = "I10 I11 I12 I13 I15 I16 O10 O11"
_KIDNEY = "N18 I12 I13 E11.22"
_CORONARY = "I20 I21 I22 I24 I25 Z95.5 Z95.1"
_RHYTHM = "I48"
_MOOD = "F32 F33 F34 F31 F39 F40 F41 F43"

TOPICS: tuple[Topic, ...] = (
    _topic(
        "hypertension",
        _HYPERTENSION,
        r"(?<!pulmonary )(?<!portal )(?<!intracranial )(?<!ocular )(?<!pulmonary arterial )"
        r"(?:hypertensi(?:on|ve)|HTN|high blood pressure|HBP)",
    ),
    _topic(
        "heart failure",
        "I50 I11.0 I13.0 I13.2",
        r"(?:congestive )?heart failure|CHF|HFrEF|HFpEF|HFmrEF|(?:systolic|diastolic) (?:HF|failure)",
        "I42",
    ),
    _topic(
        "chronic kidney disease",
        _KIDNEY,
        r"CKD\w*|chronic (?:kidney|renal)|renal insufficiency|ESRD|nephropathy",
    ),
    _topic(
        "acute kidney injury",
        "N17",
        r"AKI|ARF|acute (?:kidney|renal)|ATN|pre-?renal",
        "N18 N19 I12 I13 E11.22",
    ),
    _topic(
        "diabetes",
        _DIABETES,
        r"(?:T2)?DM(?:2|II|I)?|T2D|diabet\w*|NIDDM|IDDM|metformin|glipizide|glyburide",
        "R73 O24 Z79.4",
    ),
    _topic(
        "long-term insulin",
        "Z79.4",
        r"lantus|glargine|levemir|detemir|NPH|tresiba|degludec|insulin pump|home insulin",
    ),
    _topic("any insulin", "Z79.4 " + _DIABETES, r"insulin|humalog|lispro|novolog|aspart"),
    _topic("hyperlipidemia", "E78", r"HLD|HL|HLP|hyperlipid\w*|dyslipid\w*|hypercholester\w*|high cholesterol"),
    _topic(
        "coronary disease",
        _CORONARY,
        r"CAD|coronary|ischemic heart disease|ischemic cardiomyopathy|PCI|CABG|DES|BMS|stents?|angioplasty",
    ),
    _topic(
        "old infarction",
        "I25.2 I21 I22",
        r"MI|STEMI|NSTEMI|myocardial infarct\w*|heart attack",
        "I25 Z95.5 Z95.1",
    ),
    _topic("bypass", "Z95.1", r"CABG|bypass graft\w*|coronary bypass"),
    _topic(
        "antiplatelet",
        "Z79.02",
        r"clopidogrel|plavix|ticagrelor|brilinta|prasugrel|effient|DAPT|dual antiplatelet\w*",
    ),
    _topic(
        "anticoagulation",
        "Z79.01",
        r"warfarin|coumadin|apixaban|eliquis|rivaroxaban|xarelto|dabigatran|pradaxa|edoxaban|anticoagulat\w+|"
        r"anti-coagulat\w+|A/?C for|NOAC|DOAC|blood thinner\w*|lovenox bridge|therapeutic INR",
    ),
    _topic(
        "atrial fibrillation",
        _RHYTHM,
        r"AF|A\.?[ -]?fib|afib|PAF|pAF|atrial (?:fibrillation|flutter|arrhythmia)|RVR|irregularly irregular",
    ),
    _topic(
        "stroke",
        "Z86.73 I63 I69 G45 I61",
        r"CVA|TIA|strokes?|cerebrovascular accident|transient ischemic"
        r"|(?:cerebral|cerebellar|lacunar|brain) infarct\w*",
    ),
    _topic(
        "venous thrombosis",
        "Z86.718 I82 I26 Z86.711 O22 O88",
        r"DVTs?|VTE|PE|deep ve(?:in|nous) thrombos\w+|pulmonary embol\w+|blood clots?|filter",
    ),
    _topic(
        "COPD",
        "J44 J43",
        r"COPD\w*|emphysema\w*|chronic obstructive|chronic bronchitis|home O2|home oxygen",
        "J45",
    ),
    _topic("asthma", "J45", r"asthma\w*|reactive airway\w*|RAD", "J44"),
    _topic("pneumonia", "J12 J13 J14 J15 J16 J18 J69 J10 J11", r"pneumonia|PNA|HAP|HCAP|VAP|pneumonitis"),
    _topic(
        "respiratory failure",
        "J96 J95.82 J95.821",
        r"respiratory (?:failure|distress)|hypox\w+|(?:was|were|been) intubated|high[- ]flow|NRB|"
        r"supplemental (?:O2|oxygen)",
        "J44 J18 J69",
    ),
    _topic("sleep apnea", "G47.3", r"OSA|sleep apnea|CPAP|apneic"),
    _topic(
        "insomnia",
        "G47.0 F51.0",
        r"insomnia\w*|trouble sleeping|difficulty sleeping|sleep disturbance",
        "G47.3",
    ),
    _topic("thyroid", "E03 E89.0 E06", r"hypothyroid\w*|levothyroxine|synthroid|Hashimoto\S*", "E05 E04 C73"),
    _topic("obesity", "E66 Z68", r"obes\w+|BMI|overweight"),
    _topic("gout", "M10 M1A", r"gout\w*|allopurinol|colchicine|febuxostat|podagra"),
    _topic(
        "depression",
        "F32 F33 F34.1 F43.21 F43.23",
        r"depress(?:ion|ive)|depressed mood|MDD|dysthymia",
        _MOOD,
    ),
    _topic("anxiety", "F40 F41 F43.22 F43.23", r"anxi(?:ety|ous)|GAD|panic", _MOOD),
    _topic(
        "blood loss anemia",
        "D62",
        r"blood loss|ABLA|hemorrhagic anemia",
        "D5 D6 K92 K25 K26 O72",
    ),
    _topic("anemia", "D5 D60 D61 D62 D63 D64 O90.81 O99.0", r"an(?:a)?emi[ac]", "K92"),
    _topic("thrombocytopenia", "D69", r"thrombocytop\w+|low platelets?|ITP|HIT"),
    _topic("hyponatremia", "E87.1 E22.2", r"hyponatr\w+|SIADH|low sodium level"),
    _topic("acidosis", "E87.2 E11.10 E10.10", r"acido(?:sis|tic)|DKA|lactate of"),
    _topic(
        "urinary infection",
        "N39.0 N10 N30 N12 T83 N41",
        r"UTIs?|urinary tract infection\w*|urosepsis|cystitis|pyelo\w*",
    ),
    _topic(
        "prostate",
        "N40",
        r"BPH|prostat(?:e|ic) (?:hyper\w+|enlarg\w+)|enlarged prostate|tamsulosin|flomax|finasteride",
        "C61",
    ),
    _topic("reflux", "K21", r"GERD|reflux|heartburn|acid reflux"),
    _topic("constipation", "K59.0 K56", r"constipat\w+|obstipat\w+|no BM for"),
    _topic(
        "former smoking",
        "Z87.891",
        r"(?:ex|former)[- ](?:smoker|tobacco)\w*|remote smok\w+",
        "F17 Z72.0",
    ),
    _topic(
        "smoking",
        "F17 Z72.0 Z87.891",
        r"smok(?:ers?|es|ing|ed)|tobacco|cigarettes?|ppd|nicotine|pack[- ]years?",
    ),
    _topic("chronic pain", "G89 M54 F11", r"chronic (?:\w+ )?pain|pain contract|pain clinic|chronic opioids?"),
    _topic(
        "limits of care",
        "Z66",
        r"DNR\S*|DNI|do not resuscitate|full code|FULL CODE|code status|CMO|comfort measures",
        "Z51",
    ),
    _topic(
        "central line",
        "02HV33Z",
        r"PICC|central (?:venous )?(?:line|catheter|access)|CVL|IJ line|TLC|port-a-cath",
        "Z45",
    ),
    _topic("vaccine", "Z23", r"vaccin\w+|immuniz\w+|Pneumovax|Prevnar|Tdap|flu shot"),
    _topic(
        "kidney disease",
        "N17 N18 N19 N04 N05 I12 I13 E11.2 E10.2 Z94.0 Z99.2",
        r"kidney (?:disease|failure|damage|problems?)|renal (?:disease|failure|dysfunction)",
    ),
    _topic(
        "heart disease",
        "I05 I06 I07 I08 I11 I13 I2 I3 I4 I5 Z95",
        r"heart (?:disease|problems?|trouble)|cardiac (?:disease|dysfunction|history)|cardiomyopath\w+|LVEF|EF [1-4]\d",
    ),
    _topic(
        "lung disease",
        "J40 J41 J42 J43 J44 J45 J47 J84 J96 D86 C34",
        r"(?:lung|pulmonary|respiratory) disease|lung problems?|inhalers?",
    ),
    _topic(
        "liver disease", "K70 K71 K72 K73 K74 K75 K76 B18 C22 I85", r"liver (?:disease|problems?)|cirrhosis|hepatitis"
    ),
    _topic("thyroid disease", "E00 E01 E02 E03 E04 E05 E06 E07 E89.0 C73", r"thyroid (?:disease|problems?|disorder)"),
    _topic("cancer", "C D0 Z85", r"cancers?|malignanc\w+|tumou?rs?|chemotherapy"),
    _topic(
        "arterial disease",
        "I70 I73 I74 I65 I71 Z95.82",
        r"PAD|PVD|peripheral (?:arterial|vascular) disease|claudication",
    ),
    _topic("dementia", "F01 F02 F03 G30 G31", r"dementia|alzheimer\S*|memory loss"),
    _topic("seizures", "G40 R56", r"seizures?|epilep\w+"),
    _topic("arrhythmia", "I44 I45 I47 I48 I49 Z95.0 Z95.81", r"arrhythmias?|pacemaker|ICD"),
    _topic("peptic ulcer", "K25 K26 K27 K28", r"peptic ulcers?(?: disease)?|PUD|ulcer disease"),
    _topic(
        "gastrointestinal bleeding", "K92 K25 K26 K57.3 I85 K62.5 K64", r"GI bleed(?:s|ing)?|gastrointestinal bleed\w*"
    ),
    _topic(
        "psychiatric illness",
        "F",
        r"psychiatric (?:illness|history|disease|disorders?)|mental (?:illness|health)|bipolar\w*",
    ),
    _topic("bowel disease", "K50 K51", r"IBD|crohn\S*|ulcerative colitis"),
    _topic("arthritis", "M05 M06 M32 M35 L40.5 M45", r"rheumatoid(?: arthritis)?|lupus|autoimmune disease"),
    _topic("bleeding disorder", "D65 D66 D67 D68 D69", r"bleeding (?:disorders?|diathesis)"),
    _topic("alcohol", "F10 K70", r"alcohol(?:ism|ic)?|EtOH|drink(?:s|ing)?|beers?|wine|sober"),
    _topic(
        "infection",
        "A B J0 J1 J2 J69 J85 J86 K35 K57.2 K61 K65 K81 K83 L0 M00 M86 N10 N30 N39 N41 T8 U07 G0 I33",
        r"signs? of infection|no infection|without infection",
    ),
    _topic(
        "fall in hospital",
        "Y92",
        r"(?:in-?hospital|inpatient) fall|fell (?:on|in) the (?:floor|unit|ward|hospital)|no falls|falls?\b(?= during)",
    ),
)
_DENIAL = re.compile(
    r"\b(?:no|not|denie[sd]|denying|without|never|negative for|neither|nor|free of|rather than|ruled out"
    r"|rules out|r/o|unlikely|declined|declines|refused|instead of|avoid\w*|absence of|lack of|none|isn't"
    r"|wasn't|aren't)\b",
    re.IGNORECASE,
)
_DENIAL_AFTER = re.compile(
    r"[^,.;:]{0,25}\b(?:was |were |is |has been |have been )?(?:ruled out|negative|excluded|unlikely)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:\n#](?:\s|$)|\bbut\b|\balthough\b", re.IGNORECASE)


_WOMEN = re.compile(
    r"pregnan|gestation|partum|obstetric|\bOB\b|uter(?:us|ine)|ovar|vagina|menstru|menopaus|menorrh|gravid|G\dP\d"
    r"|eclampsia|mammogra|tubal|hysterectom|cesarean|\bc-?sections?\b|oophorect|salping|endometri|\bTAH\b|\bBSO\b"
    r"|fibroids?|\bPap smear|vulv|cervical dysplasia|\bLEEP\b|\bPCOS\b|lumpectomy|mastectomy"
    r"|pelvic ultrasound|\bcervix|transvaginal|placenta|fetal|\bBTL\b|D&C|\bC/S\b|\bPap\b|cystocele|lochia|fundus firm"
    r"|breast (?:reduction|biops)|fibroadenoma|^breast,|mother of|fibrocystic|ectopic preg",
    re.IGNORECASE,
)
_MEN = re.compile(
    r"prostat|\bBPH\b|testic|scrot|\bPSA\b|penile|erectile|vasectomy|\bTURP\b|orchi|hydrocele|varicocele|circumcis|gynecomast",
    re.IGNORECASE,
)


_NO_INSULIN = re.compile(
    r"diet[- ]controlled|not on (?:any )?(?:home )?(?:medication|med|insulin|agent)s?\b|non[- ]?insulin|NIDDM"
    r"|orals? only|(?:on|with) (?:metformin|oral agents?|diet) (?:alone|only|monotherapy)|diet and exercise"
    r"|off (?:all )?med",
    re.IGNORECASE,
)
"""What cannot be said of a diabetic who takes insulin."""


def fits_sex(text: str, sex: str) -> bool:
    """Whether a text speaks of nothing that only the other sex has."""
    return not (_WOMEN if sex == "M" else _MEN).search(text)


def find_mentions(text: str) -> Mentions:
    """Find the topics that a text says or denies; a denial reaches to the end of its clause."""
    said: set[str] = set()
    denied: set[str] = set()
    start = 0
    ends = [match.end() for match in _CLAUSE_END.finditer(text)] + [len(text)]
    for end in ends:
        clause = text[start:end]
        start = end
        denial = _DENIAL.search(clause)
        denied_from = denial.end() if denial else len(clause) + 1
        for topic in TOPICS:
            for match in topic.pattern.finditer(clause):
                is_denied = match.start() >= denied_from or _DENIAL_AFTER.match(clause, match.end())
                (denied if is_denied else said).add(topic.name)
    if _NO_INSULIN.search(text):
        denied.add("long-term insulin")
    return Mentions(frozenset(said), frozenset(denied - said))


@lru_cache(maxsize=4096)
def topics_of(codes: frozenset[str]) -> frozenset[str]:
    """The names of the topics that are true of a patient with these codes."""
    return frozenset(topic.name for topic in TOPICS if any(code.startswith(topic.codes) for code in codes))


@lru_cache(maxsize=4096)
def topics_near(codes: frozenset[str]) -> frozenset[str]:
    """The names of the topics that are true of a patient with these codes, or near to what is."""
    near = (topic for topic in TOPICS if any(code.startswith(topic.codes + topic.kin) for code in codes))
    return frozenset(topic.name for topic in near)


def topics_of_code(code: str) -> frozenset[str]:
    """The names of the topics that one code belongs to."""
    return topics_of(frozenset((code,)))
