// Taking a photo: a phone's own camera app, or a live picture in a dialog.
export class Camera {
  constructor(page) {
    this.page = page;
  }

  async open() {
    const { root, say, view } = this.page;
    if (matchMedia('(pointer: coarse)').matches) return root.querySelector('#shot').click();
    const dialog = root.querySelector('#camera');
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: 1920 } });
    } catch {
      return view.region('message', view.alert(say.camera_refused, say.camera_refused_hint, say.dismiss));
    }
    dialog.innerHTML = '<div class="panel-head"><h2 id="camera-title"></h2></div><video autoplay playsinline muted></video>'
      + '<div class="camera-tools"><button type="button" class="pill primary" data-act="shoot"></button>'
      + '<button type="button" class="pill" data-act="close-camera"></button></div>';
    dialog.querySelector('h2').textContent = say.camera_title;
    dialog.querySelector('[data-act="shoot"]').textContent = say.camera_shoot;
    dialog.querySelector('[data-act="close-camera"]').textContent = say.close;
    dialog.querySelector('video').srcObject = this.stream;
    dialog.addEventListener('close', () => this.stop(), { once: true });
    dialog.showModal();
  }

  shoot() {
    const video = this.page.root.querySelector('#camera video');
    if (!video?.videoWidth) return;
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d').drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      this.close();
      this.page.photos.give(new File([blob], 'camera.jpg', { type: 'image/jpeg' }));
    }, 'image/jpeg', 0.92);
  }

  close() {
    this.page.root.querySelector('#camera').close();
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }
}
