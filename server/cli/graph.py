"""stub"""
def graph() -> None:
    """stub"""
