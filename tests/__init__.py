"""The proof: mirrors the product's folders, in timelines and laws. No part of the installed product."""
