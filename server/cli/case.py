"""stub"""
def case() -> None:
    """stub"""
