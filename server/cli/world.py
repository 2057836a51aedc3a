"""stub"""
import typer
app = typer.Typer()
@app.command("check")
def check() -> None:
    """stub"""
