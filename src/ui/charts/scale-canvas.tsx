import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ScaleSite } from '../../protocol.ts';
import { paintScales } from './scale-raster.ts';
import { usePalette } from './use-palette.ts';
import styles from './scale-map.module.css';

interface ScaleCanvasProps {
  readonly sites: readonly ScaleSite[];
  readonly values: Float32Array;
  readonly sorted: boolean;
  /** Distance from 1 that has the full colour. */
  readonly range: number;
}

/** Layer by channel, one canvas pixel a row: the style sheet stretches the rows, so a frame costs one small upload. */
export const ScaleCanvas = memo(function ScaleCanvas(props: ScaleCanvasProps) {
  const { sites, values, sorted, range } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette(canvas);
  const columns = useDeviceWidth(canvas);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || palette === null || columns === 0 || sites.length === 0) return;
    const image = new ImageData(columns, sites.length);
    const pixels = new Uint32Array(image.data.buffer);
    paintScales(pixels, { sites, values, columns, sorted, range, palette });
    context.putImageData(image, 0, 0);
  }, [sites, values, sorted, range, palette, columns]);
  return (
    <canvas
      ref={canvas}
      className={styles.canvas}
      width={Math.max(1, columns)}
      height={Math.max(1, sites.length)}
    />
  );
});

/** Width in the screen's own pixels. */
function useDeviceWidth(canvas: React.RefObject<HTMLCanvasElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const measure = () => setWidth(Math.round(element.clientWidth * devicePixelRatio));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [canvas]);
  return width;
}
