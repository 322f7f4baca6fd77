"""What the section writers share: the words of a note, and which condition is said in which place."""

import re
from dataclasses import dataclass

from attending.corpus.synthetic.decoys import Decoys, draw_decoys
from attending.corpus.synthetic.laboratory import Laboratory
from attending.corpus.synthetic.passage import Passage
from attending.corpus.synthetic.phrasing import Phrasing
from attending.corpus.synthetic.places import Places, choose_places

_VALUES = re.compile(r"\bBLOOD\b|\bURINE\b|trend|->|^[A-Za-z]{1,12}[- :]+\d")


@dataclass(frozen=True)
class Draft:
    """A note before it is written.

    Attributes:
        words: Chooses its words.
        places: The concepts that each place of the note is to say.
        decoys: What the patient does not have, by section.
        result_lines: Lines of examination and investigation that belong to the concepts.
        laboratory: The tests of the stay.
    """

    words: Phrasing
    places: Places
    decoys: Decoys
    result_lines: tuple[Passage, ...]
    laboratory: Laboratory

    @classmethod
    def of(cls, words: Phrasing) -> "Draft":
        """Decide what the note says where."""
        places = choose_places(words)
        decoys = draw_decoys(words)
        lines = [line for code in places.get("result", []) if (line := words.say(code, "result"))]
        # Bare values come from the laboratory, for the whole note at once.
        lines = [line for line in lines if line.marks or not _VALUES.search(line.text)]
        on_warfarin = "Z79.01" in words.stay.has and words.agents["anticoagulant"] == "warfarin"
        laboratory = Laboratory(sorted(words.stay.has), takes_warfarin=on_warfarin, rng=words.rng)
        for part in ("story", "course", "more_course"):
            for passage in words.all_planned(part):
                laboratory.believe(passage.text)
        return cls(words, places, decoys, tuple(lines), laboratory)

    def said_in(self, place: str) -> list[str]:
        """The concepts that a place is to say."""
        return self.places.get(place, [])
