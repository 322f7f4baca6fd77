"""What a code is: its normal form, title, synonyms and place in the hierarchy; the codes a model predicts."""

from attending.taxonomy.code import System, normal_form, undotted
from attending.taxonomy.label_space import Hierarchy, LabelSet, LabelSpace, named_codes
from attending.taxonomy.table import Provenance
from attending.taxonomy.taxonomy import CodeEntry, Taxonomy

__all__ = [
    "CodeEntry",
    "Hierarchy",
    "LabelSet",
    "LabelSpace",
    "Provenance",
    "System",
    "Taxonomy",
    "named_codes",
    "normal_form",
    "undotted",
]
