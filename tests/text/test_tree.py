"""Words as a tree: every word is found at its node, and level by level what a walk expects."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedupe.text.tree import Tree, tree

WORDS = st.dictionaries(st.text("ab文\U00020001\uffff", min_size=1, max_size=6), st.integers(1, 99), min_size=1)


def walk(grown: Tree, word: str) -> int:
    """The node at which a word ends, by its edges alone; 0 where there is none."""
    first = [edge for edge in range(grown.low[0], grown.low[1]) if grown.char[edge] == ord(word[0])]
    node = first[0] + 1 if first else 0
    for char in word[1:] if node else "":
        edges = [edge for edge in range(grown.low[node], grown.low[node + 1]) if grown.char[edge] == ord(char)]
        node = edges[0] + 1 if edges else 0
        if not node:
            return 0
    return node


@given(WORDS, st.text("ab文", min_size=1, max_size=6))
def test_words_end_where_the_tree_says_and_no_other_does(values: dict[str, int], other: str) -> None:
    grown, ends = tree(values)
    assert {word: walk(grown, word) for word in values} == ends
    assert {word: int(grown.value[node]) for word, node in ends.items()} == values
    assert other in values or grown.value[walk(grown, other)] == 0
    for word in values:
        assert ord(word[0]) > 0xFFFF or grown.roots[ord(word[0])] == walk(grown, word[0])


@given(WORDS)
def test_edges_of_a_node_stand_side_by_side_in_order(values: dict[str, int]) -> None:
    grown, _ = tree(values)
    for node in range(len(grown.low) - 1):
        chars = grown.char[grown.low[node] : grown.low[node + 1]].tolist()
        assert chars == sorted(set(chars))
    assert grown.low[-1] == len(grown.char) == len({word[: at + 1] for word in values for at in range(len(word))})
