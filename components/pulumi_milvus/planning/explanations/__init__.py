"""The sums behind a plan's figures that are told only when somebody asks: computed anew from the plan."""
