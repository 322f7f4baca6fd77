"""What the section writers share: the words of a note, and which condition is said in which place."""

from dataclasses import dataclass

from attending.corpus.synthetic.decoys import Decoys, draw_decoys
from attending.corpus.synthetic.passage import Passage
from attending.corpus.synthetic.phrasing import Phrasing
from attending.corpus.synthetic.places import Places, choose_places


@dataclass(frozen=True)
class Draft:
    """A note before it is written.

    Attributes:
        words: Chooses its words.
        places: The concepts that each place of the note is to say.
        decoys: What the patient does not have, by section.
        result_lines: Lines of examination and investigation that belong to the concepts.
    """

    words: Phrasing
    places: Places
    decoys: Decoys
    result_lines: tuple[Passage, ...]

    @classmethod
    def of(cls, words: Phrasing) -> "Draft":
        """Decide what the note says where."""
        places = choose_places(words)
        decoys = draw_decoys(words)
        lines = [line for code in places.get("result", []) if (line := words.say(code, "result"))]
        return cls(words, places, decoys, tuple(lines))

    def said_in(self, place: str) -> list[str]:
        """The concepts that a place is to say."""
        return self.places.get(place, [])
