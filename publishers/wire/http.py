"""placeholder"""


class Wire: ...
