"""`xuncha rules`: what the law asks, how sure we are of each number, and why a subject stands as it does."""

from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from console.options import Json, Language, flag

PackId = Annotated[str | None, Parameter(name="--pack", help="the rule pack; XUNCHA_PACK (cn-2019) if left out")]
Packs = Annotated[
    tuple[Path, ...],
    Parameter(name="--packs", negative="", help="folder with rule packs of one's own; may be given again"),
]
On = Annotated[
    str | None, Parameter(name="--on", help="the day whose law is shown, such as 2024-02-29; today if left out")
]

app = cyclopts.App(name="rules", help="What the law asks, how sure we are of each number, and why a subject stands so.")


def register(parent: cyclopts.App) -> None:
    """Add the commands."""
    parent.command(app)


@app.command(name="list")
def list_rules(
    *,
    pack: PackId = None,
    packs: Packs = (),
    on: On = None,
    decided: Annotated[bool, flag("only what is decided from the stream now")] = False,
    lang: Language = "zh",
    json: Json = False,
) -> None:
    """List the rules of a pack that are in force.

    For example:

    ```console
    xuncha rules list --decided
    xuncha rules list --pack minhou-2025 --on 2025-06-30 --lang en
    ```

    Args:
        pack: the rule pack.
        packs: folders of packs.
        on: a day.
        decided: only decided ones.
        lang: zh or en.
        json: print JSON.

    """
    from console import rule_pages
    from console.output import write_json, write_table
    from console.packs import day_of, pack_of
    from schemas.texts import Lang

    law = pack_of(pack, packs)
    found = [rule for rule in law.in_force(day_of(on)) if rule.window is not None or not decided]
    if json:
        write_json([rule_pages.plain(rule, law) for rule in found])
    else:
        spoken = Lang(lang)
        write_table(rule_pages.columns(spoken), (rule_pages.row(rule, law, spoken) for rule in found))


@app.command
def show(
    rule: str, /, *, pack: PackId = None, packs: Packs = (), on: On = None, lang: Language = "zh", json: Json = False
) -> None:
    """Show one rule: clause, sources, and each number with how far it can be trusted.

    已核实 (verified) was seen in a stored text of the law; 未核实 (not verified) was not, and 系统默认 (our default)
    answers what the law leaves open: neither is the official rule. A star marks what holds on the day.

    For example:

    ```console
    xuncha rules show M-V2a
    xuncha rules show M-V2a --pack minhou-2025 --lang en
    ```

    Args:
        rule: its id.
        pack: the rule pack.
        packs: folders of packs.
        on: a day.
        lang: zh or en.
        json: print JSON.

    """
    from console import rule_pages
    from console.labels import label
    from console.output import write, write_json, write_pairs, write_table
    from console.packs import day_of, pack_of
    from schemas.texts import Lang

    law, day, spoken = pack_of(pack, packs), day_of(on), Lang(lang)
    found = law.rule(rule)
    if json:
        write_json(rule_pages.plain(found, law))
        return
    write(f"{found.id}  {rule_pages.said(found.title, spoken)}\n")
    write_pairs(rule_pages.pairs(found, law, spoken))
    for name, points in (("parameters", False), ("points", True)):
        rows = list(rule_pages.value_rows(found, law, day, spoken, points=points))
        if rows:
            write("")
            write_table(rule_pages.value_columns(spoken), rows, label(name, spoken))


@app.command
def lint(*names: str, packs: Packs = ()) -> int:
    """Check rule packs; every fault is told with its file and key, and the status is 1 if there is one.

    For example:

    ```console
    xuncha rules lint
    xuncha rules lint our-city --packs ./our-packs
    ```

    Args:
        names: ids of packs; all, if left out.
        packs: folders of packs.

    """
    from console.output import remark, write
    from console.packs import every_pack, folders
    from rules.loader import load_pack
    from schemas.errors import PackError

    faulty = 0
    for name in names or every_pack(packs):
        try:
            pack = load_pack(name, search=folders(packs))
        except PackError as error:
            faulty += 1
            remark(str(error))
            write(f"{name}: faulty")
        else:
            write(f"{name}: {len(pack.rules)} rules, version {pack.version}: sound")
    return 1 if faulty else 0


@app.command(name="packs")
def list_packs(*, packs: Packs = (), lang: Language = "zh", json: Json = False) -> None:
    """List the rule packs that there are.

    For example:

    ```console
    xuncha rules packs --packs ./our-packs
    ```

    Args:
        packs: folders of packs.
        lang: zh or en.
        json: print JSON.

    """
    from console import rule_pages
    from console.output import write_json, write_table
    from console.packs import every_pack, folders
    from rules.loader import load_pack
    from schemas.texts import Lang

    found = [load_pack(name, search=folders(packs)) for name in every_pack(packs)]
    if json:
        write_json([rule_pages.pack_plain(pack) for pack in found])
    else:
        write_table(rule_pages.pack_columns(Lang(lang)), (rule_pages.pack_row(pack, Lang(lang)) for pack in found))


@app.command
def explain(  # noqa: PLR0913  # each is an option
    rule: str,
    /,
    *files: Path,
    subject: str,
    at: str,
    registry: Path | None = None,
    pack: PackId = None,
    packs: Packs = (),
    lang: Language = "zh",
    json: Json = False,
) -> None:
    """Explain how a subject stands under a rule at an instant: judgement, reason, deadline, numbers, evidence.

    What is known is read from FILES (events, or data folders); left out, from the broker of XUNCHA_KAFKA if that is
    set, else from the journal in `xuncha-data`.

    For example:

    ```console
    xuncha rules explain M-V2a --subject wechat:gh_x1 --at 2024-02-29
    ```

    Args:
        rule: its id.
        files: events, or data folders.
        subject: id of the site, column, account or message.
        at: an instant, or a date, which stands for its end in Beijing.
        registry: units, sites, columns and accounts, if the log does not hold them.
        pack: the rule pack.
        packs: folders of packs.
        lang: zh or en.
        json: print JSON.

    """
    from console import explaining
    from console.packs import folders, pack_id
    from schemas.texts import Lang

    wanted = explaining.Question(rule, subject, at, files, registry)
    explaining.run(wanted, pack_id(pack), folders(packs), Lang(lang), json=json)
