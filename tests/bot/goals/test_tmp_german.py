from bot.goals.commands import *
from tests.support import *
