"""The page of the rules: every indicator of every pack of the product, and each number with its standing."""

from collections.abc import Iterator

from console.labels import word
from console.reference.markdown import code, page, table
from console.rule_pages import basis, said, standing, subject, validity, value
from rules.loader import load_pack, pack_ids
from rules.pack import OpenQuestion, Pack
from rules.rule import Dated, Rule
from rules.words import Group, Standing
from schemas.texts import Lang

_INTRODUCTION = """\
规则即数据：每条指标的依据、来源、期限和可信程度都在 `rules/packs/`。「已核实」见于所存文本；「未核实」有出处，
但所存文本未见全文；「系统默认」是规定未明确、由本系统给出的答案，不是规定。

The law as data. *verified* (已核实) was seen in a stored text; *not verified* (未核实) has a source whose text was not
seen in full; *our default* (系统默认) answers what the law leaves open and is not the rule. `xuncha rules show ID`
shows one rule with all its sources; `xuncha rules explain` how a subject stands under it. Below stand all rules, the
numbers that texts give, and our answers to what they leave open."""

_ZH, _EN = Lang.ZH, Lang.EN


def rules_page() -> str:
    """The page."""
    packs = [load_pack(one) for one in pack_ids()]
    return page("规则 Rules", _INTRODUCTION, *(part for pack in packs for part in _pack(pack)))


def _pack(pack: Pack) -> Iterator[str]:
    yield f"## {pack.id}"
    title, held = f"{said(pack.title, _ZH)} / {said(pack.title, _EN)}", validity(pack.validity, _EN)
    yield f"{title}; {held}, version {code(pack.version)}."
    own = [rule for rule in pack.rules.values() if rule.pack == pack.id]
    for group in Group:
        rules = [rule for rule in own if rule.group is group]
        if rules:
            yield f"### {pack.id}: {group}"
            yield table(("id", "指标", "indicator", "类别", "对象", "判定方式", "核实"), (_row(rule) for rule in rules))
    numbers = list(_numbers(pack))
    if numbers:
        yield f"### {pack.id}: numbers"
        yield table(("rule", "parameter", "含义", "值", "value", "from", "可信程度", "basis"), numbers)
    if len(pack.chain) == 1:
        yield f"### {pack.id}: open questions"
        yield table(
            ("id", "问题", "question", "本系统的答案", "our answer"),
            (_question(one) for one in pack.open_questions),
        )


def _question(one: OpenQuestion) -> tuple[str, ...]:
    return one.id, *(said(part, lang) for part in (one.text, one.answer) for lang in (_ZH, _EN))


def _row(rule: Rule) -> tuple[str, ...]:
    window = word(rule.window, _ZH) if rule.window else "—"
    kind, about = word(rule.kind, _ZH), subject(rule, _ZH)
    return code(rule.id), said(rule.title, _ZH), said(rule.title, _EN), kind, about, window, standing(rule, _ZH)


def _numbers(pack: Pack) -> Iterator[tuple[str, ...]]:
    """The dated values that this pack itself says, of rules that are decided from the stream; our defaults aside."""
    for rule in pack.rules.values():
        for name, parameter in rule.parameters.items() if rule.window else ():
            for dated in parameter.history:
                if dated.pack == pack.id and dated.standing is not Standing.DEFAULT:
                    yield code(rule.id), code(name), said(parameter.title, _ZH), *_value(dated, pack)


def _value(dated: Dated, pack: Pack) -> tuple[str, ...]:
    shown = value(dated.value, _ZH), value(dated.value, _EN)
    return *shown, str(dated.start), word(dated.standing, _ZH), basis(dated, pack, _EN)
