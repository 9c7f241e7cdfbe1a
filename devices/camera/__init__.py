"""The camera above the screen: V4L2 through OpenCV, an image or a video file in its place, and a simulated one at a TCP port.

All of them speak the same small protocol (codec.py): one picture on request, as a JPEG with its number and time.
"""
