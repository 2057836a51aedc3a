"""stub"""
def cases() -> None:
    """stub"""
