"""Published policies, ladders and workflows: the only editions a case is ever judged by."""
