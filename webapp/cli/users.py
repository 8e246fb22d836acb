"""kbcrm users: who may sign in, in which roles."""

import click

from kb.model.account import Account
from kb.model.viewer import Role
from kb.store import accounts
from webapp.cli import tables
from webapp.cli.customers import customer_id
from webapp.cli.session import Session, pass_session
from webapp.json_shapes import account_json

EXAMPLE = """
Examples:

\b
  kbcrm users
  kbcrm users add anna --role account_manager --team rotterdam
  kbcrm users password anna
"""
COLUMNS = ("name", "shown as", "roles", "teams", "customer", "state")


@click.group(invoke_without_command=True, epilog=EXAMPLE)
@click.pass_context
def users(ctx: click.Context) -> None:
    """Who may sign in. Without a subcommand: the list. For administrators."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@users.command("list", epilog="Example: kbcrm users list --json")
@click.option("--json", "as_json", is_flag=True, help="One account a line.")
@pass_session
def list_(session: Session, as_json: bool = False) -> None:
    """List the accounts."""
    with session.open_accounts("see who may sign in") as engine:
        everyone = accounts.everyone(engine)
    if as_json:
        for account in everyone:
            tables.json_line(account_json(account))
        return
    tables.table(COLUMNS, (_cells(account) for account in everyone))


def _cells(account: Account) -> tuple[object, ...]:
    state = "disabled" if account.disabled else "demonstration, public password" if account.demo else ""
    roles, teams = ", ".join(sorted(account.roles)), ", ".join(sorted(account.teams))
    return (account.name, account.display_name, roles, teams, account.customer, state)


@users.command(epilog="Example: kbcrm users add anna --role account_manager --team rotterdam")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([r.value for r in Role]))
@click.option("--team", "teams", multiple=True, help="Whose customers an account manager sees; repeatable.")
@click.option("--customer", metavar="ID", help="The one organisation that a customer sees.")
@click.option("--display-name", metavar="TEXT", help="As pages show the person; else the name.")
@click.option("--locale", type=click.Choice(["en", "zh"]), help="Language; else as the browser asks.")
@click.password_option(help="Asked for on the terminal unless given.")
@pass_session
def add(
    session: Session,
    *,
    name: str,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    customer: str | None,
    display_name: str | None,
    locale: str | None,
    password: str,
) -> None:
    """Let NAME sign in."""
    account = Account(
        name=name,
        display_name=display_name or name,
        roles=frozenset(Role(role) for role in roles),
        teams=frozenset(teams),
        customer=customer_id(customer) if customer else None,
        locale=locale,
    )
    with session.open_accounts("let somebody sign in") as engine:
        accounts.add(engine, account, password)
    click.echo(f"{name} may sign in.")


@users.command(epilog="Example: kbcrm users password anna")
@click.argument("name")
@click.password_option(help="Asked for on the terminal unless given.")
@pass_session
def password(session: Session, name: str, password: str) -> None:
    """Give NAME a new password; their sessions end."""
    with session.open_accounts("change a password") as engine:
        accounts.set_password(engine, name, password)
    click.echo(f"The password of {name} is changed.")


@users.command(epilog="Example: kbcrm users disable anna")
@click.argument("name")
@pass_session
def disable(session: Session, name: str) -> None:
    """Keep NAME from signing in; what they did stays."""
    _set_disabled(session, name, True)
    click.echo(f"{name} may not sign in any more.")


@users.command(epilog="Example: kbcrm users enable anna")
@click.argument("name")
@pass_session
def enable(session: Session, name: str) -> None:
    """Let NAME sign in again."""
    _set_disabled(session, name, False)
    click.echo(f"{name} may sign in again.")


def _set_disabled(session: Session, name: str, disabled: bool) -> None:
    with session.open_accounts("change who may sign in") as engine:
        accounts.set_disabled(engine, name, disabled)
