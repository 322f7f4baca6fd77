from attending.explanation import Agreement, agreement

TEXT = "He has atrial fibrillation, on warfarin. Afib was seen."


def bounds(*quotes: str) -> list[tuple[int, int]]:
    return [(TEXT.index(quote), TEXT.index(quote) + len(quote)) for quote in quotes]


def test_counts_by_hand() -> None:
    found = agreement(TEXT, bounds("fibrillation", "warfarin"), bounds("atrial fibrillation", "Afib"))
    assert (found.codes, found.hits, found.silent) == (1, 1, 0)
    assert (found.words_shared, found.words_found, found.words_gold) == (1, 2, 3)
    assert found.token_precision == 1 / 2
    assert found.token_recall == 1 / 3
    assert found.token_f1 == 2 / 5
    assert (found.spans_right, found.spans_found, found.gold_found, found.spans_gold) == (1, 2, 1, 2)
    assert found.span_f1 == 1 / 2


def test_only_the_best_span_makes_a_hit() -> None:
    assert agreement(TEXT, bounds("warfarin", "Afib"), bounds("Afib")).hits == 0
    assert agreement(TEXT, bounds("Afib", "warfarin"), bounds("Afib")).hits == 1
    assert agreement(TEXT, [], bounds("Afib")) == Agreement(codes=1, silent=1, words_gold=1, spans_gold=1)


def test_a_part_of_a_word_counts_as_the_word() -> None:
    start = TEXT.index("rillation")
    found = agreement(TEXT, [(start, start + 4)], bounds("fibrillation"))
    assert found.token_f1 == 1.0
    assert found.span_f1 == 1.0


def test_punctuation_is_like_nothing() -> None:
    comma = TEXT.index(",")
    found = agreement(TEXT, [(comma, comma + 1)], [(comma, comma + 1)])
    assert (found.hits, found.token_f1, found.span_f1) == (1, 0.0, 0.0)


def test_agreements_add_up() -> None:
    one = agreement(TEXT, bounds("Afib"), bounds("Afib"))
    two = agreement(TEXT, bounds("warfarin"), bounds("Afib"))
    total = one + two
    assert total.codes == 2
    assert total.hit_rate == 0.5
    assert total.to_dict()["token_f1"] == 0.5
    assert Agreement().hit_rate == 0.0
