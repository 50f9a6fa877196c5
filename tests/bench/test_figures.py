"""Figures say what was measured, whether it holds, and ratios first."""

from bench.figures import BEGIN, END, Section, kept, markdown, quantile


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


def test_a_readme_keeps_the_sections_that_were_not_measured_again() -> None:
    def measured(title: str, seconds: float) -> Section:
        section = Section(title)
        section.figure("seconds", seconds, "s")
        return section

    empty = f"# Measurements\n\n{BEGIN}\n\n{END}\nThe end.\n"
    first = kept(empty, [measured("A page", 1.0), measured("An import", 2.0)], "On Monday.")
    second = kept(first, [measured("A page", 3.0)], "On Tuesday.")
    assert second.count("### A page") == second.count("### An import") == 1
    assert "3.00 s" in second
    assert "2.00 s" in second
    assert "1.00 s" not in second
    assert second.count("On Monday.") == second.count("On Tuesday.") == 1
    assert second.startswith("# Measurements\n")
    assert second.endswith("The end.\n")
    assert kept(second, [], "") == second


def test_a_figure_at_several_sizes_is_held_to_the_limit_at_the_largest() -> None:
    section = Section("A page")
    section.growing("p95", [60.0, 2.5, 49.0], "ms", at_most=50)
    section.growing("p95", [2.5, 51.0], "ms", at_most=50)
    assert [line.holds for line in section.lines] == [True, False]
    assert section.lines[0].measured == "60.0 · 2.50 · 49.0 ms"
