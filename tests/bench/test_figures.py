"""Figures say what was measured, whether it holds, and ratios first."""

from bench.figures import Section, markdown, quantile


def test_ratios_come_first_in_the_order_in_which_they_are_found() -> None:
    section = Section("An import")
    section.figure("seconds", 12.5, "s")
    section.ratio("to raw", 0.4, at_least=0.35)
    section.ratio("to bare", 0.1)
    assert [line.what for line in section.lines] == ["to raw", "to bare", "seconds"]


def test_a_figure_beyond_its_limit_is_said_to_be_missed() -> None:
    section = Section("A page")
    section.figure("p95", 61.0, "ms", at_most=50)
    section.figure("added", 90_000, "a second", at_least=100_000)
    section.figure("p50", 3.0, "ms", at_most=50)
    assert [line.holds for line in section.lines] == [False, False, True]
    assert markdown([section]).count("(missed)") == 2


def test_a_quantile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(100)]
    assert quantile(values, 0.95) == 95.0
    assert quantile([7.0], 0.95) == 7.0
