"""A catalogue embedded by several processes, on one machine or many: each writes a shard, and one joins them.

`write_shard` embeds every N-th product and `merge_shards` makes of N shards the very index that one process makes.
Nothing runs between the processes: any scheduler may start them, in any order, and start those again that died.
"""

from visearch.shards.form import Shard, shards_folder
from visearch.shards.join import merge_shards
from visearch.shards.write import write_shard

__all__ = ["Shard", "merge_shards", "shards_folder", "write_shard"]
