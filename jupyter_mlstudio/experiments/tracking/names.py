"""Names for runs that were given none."""

import random

FIRST = """
able amber apt bold brave brisk bright calm casual clean clever cool crisp dapper dashing deft eager fair
fast fine fleet fond fresh gentle glad grand handy happy hardy honest jolly keen kind lively loud lucky lush
mellow merry mild neat nimble noble open placid polite proud quick quiet rapid rare serious sharp shy silent
sleek smart smooth snug sober solid spry steady stylish sunny swift tidy upbeat valiant vivid warm wise witty
"""

SECOND = """
ant asp auk bass bat bear bee bird boar buck bug calf carp cat chimp cod colt crab crane crow cub deer doe dog
dolphin dove duck eel elk fawn finch fish flea fly foal fowl fox frog gnat goat goose grouse grub gull hare hawk
hen hog horse hound jay kit kite koi lamb lark lynx mare midge mink mole moose moth mouse mule newt owl ox perch
pig pike pug quail ram ray robin roo rook seal shad shark sheep shoat shrew shrike shrimp skink skunk sloth slug
smelt snail snake snipe sponge squid squirrel stag steed stoat stork swan tern toad trout turtle vole wasp
whale wolf worm wren yak zebra
"""


def made_up() -> str:
    """Return a name such as `brisk-otter-412`; does not touch the seed of the user's random numbers."""
    chance = random.SystemRandom()
    return f"{chance.choice(FIRST.split())}-{chance.choice(SECOND.split())}-{chance.randrange(1000)}"
