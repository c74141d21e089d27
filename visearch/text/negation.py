"""What a shopper does not want: "not leather", "without laces", "sugar-free", 不要皮革, 无糖."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from visearch.text.chinese import chinese_spellings, english_of
from visearch.text.fillers import FILLERS
from visearch.text.lexical import tokenize
from visearch.text.tokens import Positions, Texts, Token, keys
from visearch.text.vocabulary import Meaning, Vocabulary

Key = tuple[str, ...]

_NOT = (
    *("not", "but not", "without", "w/o", "except", "except for", "excluding", "exclude", "other than", "anything but"),
    *("free of", "free from", "do not want", "don't want", "dont want", "isn't"),
    *(
        "不要",
        "不想要",
        "不含",
        "不含有",
        "不带",
        "不是",
        "没有",
        "没",
        "除了",
        "除去",
        "不包括",
        "不包含",
        "排除",
        "去掉",
    ),
)
# True: what follows may be another word's part, so that compounds of the catalogue's own are left alone.
_TRIGGERS: dict[Key, bool] = {
    **{keys(words): False for words in _NOT},
    **{keys(words): True for words in ("no", "non", "无", "非")},
}
_LONGEST = max(map(len, _TRIGGERS))
_BETWEEN = frozenset(tokenize("a an any the made of with from in is are having have has want to be it 有 是"))
_OR, _AND = frozenset(("or", "nor", "或")), frozenset(("and", "和", "跟", "与", "及"))
_ENDS = frozenset("的和或跟与及且但")
_NO_THINGS = frozenset("糖盐油味香袖领绳带盖柄框边铅酒")
"""One character after 无 that is a thing; any other pair with 无 is a word of its own."""
_COMPOUNDS = (
    *("no name", "no show", "no iron", "no brand", "no problem", "no idea", "no matter", "no one", "non stick"),
    *("non slip", "non iron", "non woven", "non skid", "non fiction", "non stop", "non toxic"),
    *(
        "无线",
        "无人",
        "无印",
        "无框",
        "无绳",
        "无痕",
        "无缝",
        "无限",
        "无敌",
        "无极",
        "无尘",
        "无花",
        "无烟",
        "无叶",
        "无边",
    ),
    *("无名", "无袖", "无领", "无钢", "无磁", "无霜", "非常", "非洲", "非遗", "非凡", "非接"),
)
_NO_WORDS = frozenset(map(keys, _COMPOUNDS))
_FREE = frozenset(tokenize("hand hands duty care wrinkle tax stress worry"))
_FREE_OF = frozenset(
    tokenize(
        "sugar gluten lactose dairy nut fragrance perfume alcohol bpa lead paraben cruelty oil fat caffeine nickel "
        "latex sulfate silicone plastic pvc meat milk egg wheat soy salt"
    )
)
_NEGATED_BEFORE = re.compile(
    r" (?:no|not|non|without|w o|free of|free from|never|zero|0|less|exclud\w+) (?:(?!but )\w+ ){0,2}$"
    r"| (?:无|免|零|0|未|不 含|不 带|没 有|不 添 加) (?:\S ){0,3}$"
)
_WINDOW = 48


@dataclass(frozen=True)
class Negation:
    """Something unwanted with its place: labels of a field, or a word ("" is no field) anywhere."""

    field: str
    values: tuple[str, ...]
    name: str
    start: int
    end: int
    length: int


class Negations:
    """Finds what is not wanted, and the products that have it."""

    def __init__(self, vocabulary: Vocabulary, titles: Texts, everything: Texts) -> None:
        self._vocabulary, self._titles, self._everything = vocabulary, titles, everything

    def find(self, said: Sequence[Token], text: str) -> Iterator[tuple[int, Negation]]:
        """(number of the first token, what is not wanted), in the order of the text."""
        at = 0
        while at < len(said):
            found = self._free(said, at, text) or self._after_trigger(said, at) or self._minus(said, at, text)
            yield from ((at, negation) for negation in found)
            at += max((negation.length for negation in found), default=1)

    def _free(self, said: Sequence[Token], at: int, text: str) -> list[Negation]:
        if at + 1 >= len(said) or said[at + 1].word != "free" or said[at].word in _FREE or not said[at].word.isalpha():
            return []
        if self._titles.places(_key(said, at, 2)):
            return []
        joined = text[said[at].end : said[at + 1].start] == "-"
        if not joined and said[at].word not in _FREE_OF:
            return []
        word = self._word(said, at, at, 1, extra=1)
        meaning = self._vocabulary.meaning((said[at].key,))
        if meaning is None:
            return [word]
        return [Negation(meaning.field, meaning.labels, meaning.name, word.start, word.end, word.length)]

    def _minus(self, said: Sequence[Token], at: int, text: str) -> list[Negation]:
        start = said[at].start
        if start == 0 or text[start - 1] != "-" or (start > 1 and not text[start - 2].isspace()):
            return []
        target = self._target(said, at, at) if said[at].word.isalpha() else None
        return (
            [Negation(target.field, target.values, target.name, start - 1, target.end, target.length)] if target else []
        )

    def _after_trigger(self, said: Sequence[Token], at: int) -> list[Negation]:
        length = next((n for n in range(_LONGEST, 0, -1) if _key(said, at, n) in _TRIGGERS), 0)
        if not length:
            return []
        careful = _TRIGGERS[_key(said, at, length)]
        first = at + length
        while not careful and first < len(said) and said[first].word in _BETWEEN:
            first += 1
        if careful and self._is_compound(said, at, first):
            return []
        found: list[Negation] = []
        start: int | None = first
        while start is not None and start < len(said):
            target = self._target(said, at if not found else start, start)
            if target is None or (found and said[start - 1].word in _AND and target.field != found[0].field):
                break
            found.append(target)
            start = self._next(said, start, target)
        if not found:
            return []
        # The first takes what lies between it and the trigger; each further one its "or".
        whole = sum(negation.length for negation in found) + len(found) - 1
        return [Negation(n.field, n.values, n.name, n.start, n.end, whole) for n in found]

    def _next(self, said: Sequence[Token], start: int, target: Negation) -> int | None:
        after = next((i for i in range(start, len(said)) if said[i].start >= target.end), len(said))
        if after + 1 < len(said) and said[after].word in _OR | _AND:
            return after + 1
        return None

    def _is_compound(self, said: Sequence[Token], at: int, first: int) -> bool:
        """Whether trigger and next word are one word: non-stick, 无线, or what titles call a product."""
        if first >= len(said) or said[first].word.isdigit():
            return True
        pair = _key(said, at, first - at + 1)
        if pair in _NO_WORDS or self._titles.places(pair):
            return True
        single = said[at].cjk
        return single and self._vocabulary.longest(said, first) is None and said[first].word not in _NO_THINGS

    def _target(self, said: Sequence[Token], at: int, first: int) -> Negation | None:
        if first >= len(said):
            return None
        meaning = self._vocabulary.longest(said, first)
        if meaning is not None:
            return _labels(said, at, first, meaning)
        if said[first].cjk:
            return self._word(said, at, first, self._chinese_length(said, first))
        word = said[first].word
        # "Without bothering the neighbours" names no thing.
        doing = word.endswith("ing") and not self._everything.places((said[first].key,))
        if not word.isalpha() or word in FILLERS or doing:
            return None
        return self._word(said, at, first, 1)

    def _chinese_length(self, said: Sequence[Token], first: int) -> int:
        run = 1
        while first + run < len(said) and said[first + run].cjk and said[first + run].word not in _ENDS:
            run += 1
        if said[first - 1].word == "无":
            return 1
        known = (n for n in range(min(run, 4), 0, -1) if self._everything.places(_key(said, first, n)))
        return next(known, run if run <= 4 else 2)

    def _word(self, said: Sequence[Token], at: int, first: int, length: int, extra: int = 0) -> Negation:
        words = said[first : first + length]
        text = ("" if words[0].cjk else " ").join(word.word for word in words)
        end = first + length + extra
        return Negation("", (text,), text, said[at].start, said[end - 1].end, end - at)

    def having(self, field: str, values: Sequence[str]) -> Positions:
        """int64: products that say one of the values in title, description or attributes, as something they have."""
        others = {other for value in values for other in (*chinese_spellings(value), *english_of(value))}
        # One character of Chinese is also a part of many words: 红 of 口红.
        spellings = {keys(other) for other in (*values, *(other for other in others if len(other) > 1))}
        places = [
            place
            for spelling in spellings
            for place in self._everything.places(spelling)
            if not self._negated(spelling, place)
        ]
        return self._everything.positions_of(sorted(set(places)))

    def _negated(self, spelling: Key, place: int) -> bool:
        text = self._everything.text
        before = text[max(0, place - _WINDOW) : place + 1].rpartition("\n")[2]
        after = place + 1 + len(" ".join(spelling)) + 1
        return _NEGATED_BEFORE.search(before) is not None or text.startswith("free ", after)


def _labels(said: Sequence[Token], at: int, first: int, meaning: Meaning) -> Negation:
    end = first + meaning.length
    return Negation(meaning.field, meaning.labels, meaning.name, said[at].start, said[end - 1].end, end - at)


def _key(said: Sequence[Token], at: int, length: int) -> Key:
    return tuple(token.key for token in said[at : at + length])
