"""Drug classes of which a patient takes one: a note names that one in every section, or none of the class."""

import random
import re
from collections.abc import Mapping

CLASSES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "statin": {
        "atorvastatin": (52, "lipitor"),
        "simvastatin": (18, "zocor"),
        "rosuvastatin": (16, "crestor"),
        "pravastatin": (12, "pravachol"),
        "lovastatin": (2, "mevacor"),
    },
    "beta blocker": {
        "metoprolol": (64, "toprol lopressor"),
        "carvedilol": (17, "coreg"),
        "atenolol": (11, "tenormin"),
        "labetalol": (4, ""),
        "nadolol": (2, ""),
        "bisoprolol": (2, ""),
    },
    "renin-angiotensin": {
        "lisinopril": (54, "zestril prinivil"),
        "losartan": (26, "cozaar"),
        "valsartan": (9, "diovan entresto sacubitril"),
        "irbesartan": (4, "avapro"),
        "benazepril": (2, ""),
        "enalapril": (2, "vasotec"),
        "captopril": (1, ""),
        "ramipril": (1, ""),
        "olmesartan": (1, "benicar"),
    },
    "calcium antagonist": {"amlodipine": (80, "norvasc"), "nifedipine": (18, "procardia"), "felodipine": (2, "")},
    "rate-controlling calcium antagonist": {"diltiazem": (85, "dilt cardizem"), "verapamil": (15, "")},
    "thiazide": {"hydrochlorothiazide": (75, "hctz"), "chlorthalidone": (25, "")},
    "loop diuretic": {"furosemide": (68, "lasix"), "torsemide": (22, ""), "bumetanide": (10, "bumex")},
    "antiarrhythmic": {
        "amiodarone": (58, "amio pacerone"),
        "sotalol": (14, ""),
        "flecainide": (12, ""),
        "dofetilide": (7, "tikosyn"),
        "propafenone": (5, "rythmol"),
        "dronedarone": (4, "multaq"),
    },
    "anticoagulant": {
        "warfarin": (45, "coumadin jantoven inr"),
        "apixaban": (34, "eliquis"),
        "rivaroxaban": (15, "xarelto"),
        "dabigatran": (4, "pradaxa"),
        "edoxaban": (1, "savaysa"),
        "fondaparinux": (1, "arixtra"),
    },
    "antiplatelet": {
        "clopidogrel": (72, "plavix"),
        "ticagrelor": (18, "brilinta"),
        "prasugrel": (8, "effient"),
        "cilostazol": (1, "pletal"),
        "dipyridamole": (1, "aggrenox"),
    },
    "antidepressant": {
        "sertraline": (26, "zoloft"),
        "citalopram": (19, "celexa"),
        "escitalopram": (14, "lexapro"),
        "fluoxetine": (14, "prozac"),
        "venlafaxine": (9, "effexor"),
        "duloxetine": (10, "cymbalta"),
        "paroxetine": (8, "paxil"),
    },
    "benzodiazepine": {
        "lorazepam": (50, "ativan"),
        "clonazepam": (28, "klonopin"),
        "alprazolam": (12, "xanax"),
        "diazepam": (10, "valium"),
    },
    "hypnotic": {
        "trazodone": (50, "desyrel"),
        "zolpidem": (24, "ambien"),
        "temazepam": (9, "restoril"),
        "eszopiclone": (7, "lunesta"),
        "ramelteon": (10, "rozerem"),
    },
    "acid suppression": {
        "omeprazole": (46, "prilosec"),
        "pantoprazole": (30, "protonix"),
        "ranitidine": (9, "zantac"),
        "famotidine": (7, "pepcid"),
        "esomeprazole": (4, "nexium"),
        "lansoprazole": (3, "prevacid"),
        "dexlansoprazole": (1, "dexilant"),
    },
    "basal insulin": {
        "glargine": (72, "lantus basaglar toujeo"),
        "nph": (12, "humulin"),
        "detemir": (10, "levemir"),
        "degludec": (6, "tresiba"),
    },
    "mealtime insulin": {"lispro": (75, "humalog admelog"), "aspart": (25, "novolog")},
    "biguanide": {"metformin": (100, "glucophage")},
    "sulfonylurea": {"glipizide": (66, "glucotrol"), "glimepiride": (22, "amaryl"), "glyburide": (12, "")},
    "gliptin": {"sitagliptin": (68, "januvia janumet"), "linagliptin": (30, "tradjenta"), "saxagliptin": (2, "")},
    "combined inhaler": {
        "salmeterol": (60, "advair"),
        "formoterol": (34, "symbicort"),
        "vilanterol": (6, "breo"),
    },
    "muscarinic inhaler": {"tiotropium": (82, "spiriva"), "umeclidinium": (18, "incruse anoro")},
    "urate lowering": {"allopurinol": (88, "zyloprim"), "febuxostat": (11, "uloric"), "probenecid": (1, "")},
    "prostate drug": {
        "tamsulosin": (78, "flomax"),
        "terazosin": (8, ""),
        "doxazosin": (9, "cardura"),
        "alfuzosin": (4, ""),
        "silodosin": (1, "rapaflo"),
    },
    "thyroid hormone": {
        "levothyroxine": (97, "synthroid levoxyl unithroid levothroid"),
        "armour": (2, ""),
        "liothyronine": (1, "cytomel"),
    },
    "nitrate": {"mononitrate": (80, "imdur"), "dinitrate": (20, "isordil")},
}
"""For each class its agents: how often each is the one, and the other words for it."""

_AGENT_OF: dict[str, tuple[str, str]] = {
    word: (name, agent)
    for name, agents in CLASSES.items()
    for agent, (_, others) in agents.items()
    for word in (agent, *others.split())
}
_WORD = re.compile(r"[a-z]+")


def agents_in(text: str) -> frozenset[str]:
    """The words of a text that name an agent of some class, in lower case."""
    return frozenset(word for word in _WORD.findall(text.lower()) if word in _AGENT_OF)


def draw_agents(rng: random.Random) -> dict[str, str]:
    """Draw the agent of each class that a patient takes, should the patient take one."""
    return {
        name: rng.choices(list(agents), [weight for weight, _ in agents.values()])[0]
        for name, agents in CLASSES.items()
    }


def are_own(words: frozenset[str], own: Mapping[str, str]) -> bool:
    """Whether the words for drugs are all of the patient's own agents; a class without one is free."""
    return all(own.get(name, agent) == agent for name, agent in map(_AGENT_OF.__getitem__, words))


def agents_of(words: frozenset[str]) -> dict[str, str]:
    """The agent of each class that the words name; of two in one class, the first in the alphabet."""
    return dict(_AGENT_OF[word] for word in sorted(words, reverse=True))


_ALIKE: dict[str, str] = {
    word: name
    for name, words in {
        "NSAID": "ibuprofen naproxen meloxicam diclofenac ketorolac indomethacin celecoxib etodolac nabumetone motrin",
        "ezetimibe": "ezetimibe zetia",
        "fibrate": "fenofibrate gemfibrozil tricor",
        "reductase inhibitor": "finasteride dutasteride avodart proscar",
        "gabapentinoid": "gabapentin pregabalin neurontin lyrica",
        "prostaglandin drops": "latanoprost bimatoprost travoprost",
        "bladder relaxant": "oxybutynin solifenacin tolterodine mirabegron trospium fesoterodine",
        "weight drug": "phentermine orlistat qsymia contrave saxenda",
        "SGLT2 inhibitor": "jardiance invokana farxiga empagliflozin canagliflozin dapagliflozin",
        "GLP-1 agonist": "victoza trulicity ozempic liraglutide dulaglutide semaglutide exenatide",
        "multivitamin": "multivitamins multivitamin centrum",
        "calcium": "calcium citracal caltrate",
        "bisphosphonate": "alendronate risedronate ibandronate",
        "senna": "senna senokot",
        "antihistamine": "loratadine cetirizine fexofenadine levocetirizine",
        "long-acting opioid": "oxycontin methadone fentanyl",
        "triptan": "sumatriptan rizatriptan",
        "inhaled steroid": "flovent qvar fluticasone beclomethasone budesonide",
        "heparin": "heparin enoxaparin lovenox",
        "psyllium": "psyllium metamucil",
    }.items()
    for word in words.split()
}
"""Words for drugs of one kind that nobody takes twice."""


def drug_of(line: str) -> str:
    """What makes two lines of a medication list the same: the class of the drug, or its first word."""
    words = _WORD.findall(line.lower())
    for word in words:
        if word in _AGENT_OF:
            return _AGENT_OF[word][0]
    first = next((word for word in words if word not in {"held", "x"}), line)
    return _ALIKE.get(first, first)
