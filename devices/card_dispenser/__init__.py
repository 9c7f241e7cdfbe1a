"""Card dispenser and collector: one seam (`seam.CardDispenser`), Creator CRT-571/591 and TTCE K720 behind it."""
