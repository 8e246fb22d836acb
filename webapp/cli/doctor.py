"""kbcrm doctor: is this machine, and this data folder, well?"""

import click

from webapp.cli import tables
from webapp.cli.session import Session, pass_session


@click.command(epilog="Example: kbcrm doctor --json")
@click.option("--json", "as_json", is_flag=True, help="One finding a line.")
@pass_session
@click.pass_context
def doctor(ctx: click.Context, session: Session, as_json: bool) -> None:
    """Check this machine and this data folder; exit code 1 if something is wrong."""
    settings = session.settings
    from webapp.doctor import Verdict, examine

    findings = list(examine(settings))
    if as_json:
        for f in findings:
            tables.json_line(
                {"about": f.about, "verdict": f.verdict, "says": f.says, "remedy": f.remedy or None}
            )
    else:
        tables.table(
            ("", "about", "found", "what to do"), ((f.verdict, f.about, f.says, f.remedy) for f in findings)
        )
    if any(finding.verdict is Verdict.WRONG for finding in findings):
        ctx.exit(1)
