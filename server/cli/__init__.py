"""The command line `wismo`. Commands import what they need when they run, so that `--help` answers at once."""

from __future__ import annotations

import typer

from server.cli import (
    ask,
    case,
    cases,
    connections,
    dead,
    decide,
    demo,
    deployments,
    evaluate,
    follow_ups,
    forget,
    graph,
    migrate,
    policy,
    replay,
    report,
    review,
    reviews,
    rollout,
    serve,
    slack,
    sweep,
    token,
    whatif,
    worker,
    world,
)

EXIT_CODES = "Exit codes: 0 all is well, 1 something was found or the input is bad, 2 the command was typed wrongly."

app = typer.Typer(
    name="wismo",
    help="Where is my order? A service that answers with facts, keeps its promises and asks a human in time.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", epilog=EXIT_CODES)(demo.demo)
app.command("ask", epilog=EXIT_CODES)(ask.ask)
app.command("replay", epilog=EXIT_CODES)(replay.replay)
app.command("cases", epilog=EXIT_CODES)(cases.cases)
app.command("case", epilog=EXIT_CODES)(case.case)
app.command("reviews", epilog=EXIT_CODES)(reviews.reviews)
app.command("decide", epilog=EXIT_CODES)(decide.decide)
app.command("serve", epilog=EXIT_CODES)(serve.serve)
app.command("worker", epilog=EXIT_CODES)(worker.worker)
app.command("migrate", epilog=EXIT_CODES)(migrate.migrate)
app.command("follow-ups", epilog=EXIT_CODES)(follow_ups.follow_ups)
app.command("sweep", epilog=EXIT_CODES)(sweep.sweep)
app.command("eval", epilog=EXIT_CODES)(evaluate.evaluate)
app.command("whatif", epilog=EXIT_CODES)(whatif.whatif)
app.command("report", epilog=EXIT_CODES)(report.report)
app.command("review", epilog=EXIT_CODES)(review.review)
app.command("dead", epilog=EXIT_CODES)(dead.dead)
app.command("forget", epilog=EXIT_CODES)(forget.forget)
app.command("graph", epilog=EXIT_CODES)(graph.graph)
app.add_typer(connections.app, name="connections", epilog=EXIT_CODES)
app.add_typer(deployments.app, name="deployments", epilog=EXIT_CODES)
app.add_typer(policy.app, name="policy", epilog=EXIT_CODES)
app.add_typer(rollout.app, name="rollout", epilog=EXIT_CODES)
app.add_typer(slack.app, name="slack", epilog=EXIT_CODES)
app.add_typer(token.app, name="token", epilog=EXIT_CODES)
app.add_typer(world.app, name="world", epilog=EXIT_CODES)


def main() -> None:
    """Run the command line."""
    app(prog_name="wismo")
