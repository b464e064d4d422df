from baiyun_desktop.ui.shell import Page
class ImportPage(Page):
    """tmp"""
