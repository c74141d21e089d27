"""Everything that talks to Blender."""

import bpy  # noqa: F401 - bmesh and mathutils can only be imported after it
