"""stub"""
def ask() -> None:
    """stub"""
