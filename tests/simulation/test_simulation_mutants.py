"""The simulation is itself tested: without one of the rules of the product a world must fall. All: `make mutants`."""

import pytest
from simulation_mutants import BEYOND_MATRIX, FALLEN_CASE, FALLEN_WORLD, Finding, main
from simulation_mutations import MUTATIONS

NAMED = (
    "no_pre_commit_write",
    "settle_0",
    "no_unique_mark",
    "no_shield",
    "find_without_taken",
    "inbox_confirmed_first",
    "alarm_before_commit",
    "tokens_used_before_kept",
    "no_renewal_lease",
    "renewal_over_a_consent",
)
"""Those that must be among them."""


def test_all_are_there() -> None:
    assert set(NAMED) <= set(MUTATIONS)
    assert set(BEYOND_MATRIX) <= set(MUTATIONS)


@pytest.mark.parametrize("name", ["inbox_confirmed_first", "no_shield", "tokens_used_before_kept"])
def test_a_product_without_one_of_its_rules_falls(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name], most_seeds=12, matrix=False) == 0
    assert f"| {name.replace('_', ' ')} | simulation | seed " in capsys.readouterr().out


def test_one_that_nothing_notices_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A world without Telegram cannot fall of what is wrong at its door."""
    assert main(["inbox_confirmed_first"], most_seeds=2, matrix=False) == 1
    assert "inbox confirmed first survives" in capsys.readouterr().out


def test_one_that_no_longer_fits_is_not_taken_for_caught() -> None:
    assert Finding("a", "simulation", "seed 1", "'Pan 1' is public 2 times on plaza-1", 1.0).caught
    assert not Finding("a", "simulation", "seed 1", 'the engine ended: TypeError("early() got …")', 1.0).caught


def test_what_is_printed_is_read() -> None:
    world = FALLEN_WORLD.search("python tests/simulation/simulation_replay.py 7\n  # 'Pan' is public 2 times\n")
    case = FALLEN_CASE.search("lost 0, doubled 1 \n  make chaos CASE='facebook-page/text 0:fake:lost:1'\n")
    assert (world[1], world[2]) == ("7", "'Pan' is public 2 times")  # type: ignore[index]  # found, or it fails here
    assert (case[1].strip(), case[2]) == ("lost 0, doubled 1", "facebook-page/text 0:fake:lost:1")  # type: ignore[index]  # as above
