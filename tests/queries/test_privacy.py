"""Small groups of persons stay hidden, also from who subtracts."""

from queries.privacy import hidden, smallest_shown


def test_a_small_group_takes_the_next_one_with_it() -> None:
    """3 alone would be the total less 8 and 10; hidden together with 8, only their sum of 11 can be told."""
    assert hidden({"a": 10, "b": 3, "c": 8}, 5) == {"b", "c"}


def test_small_groups_hide_each_other_once_they_are_enough() -> None:
    """3 and 4 are 7 together, which is not small; 1 and 2 are 3, which is."""
    assert hidden({"a": 10, "b": 3, "c": 4, "d": 9}, 5) == {"b", "c"}
    assert hidden({"a": 10, "b": 1, "c": 2, "d": 9}, 5) == {"b", "c", "d"}


def test_nothing_is_hidden_without_need() -> None:
    """Large groups are shown, and so are empty ones; a lone small group is hidden and with it the table."""
    assert hidden({"a": 10, "b": 0, "c": 5}, 5) == frozenset()
    assert hidden({"a": 3}, 5) == {"a"}


def test_settings_say_what_is_small() -> None:
    """[privacy] smallest_group."""
    assert smallest_shown({}) == 5
    assert smallest_shown({"privacy": {"smallest_group": 10}}) == 10
