/** Python that asks the folder with Transformers. */
export function transformersInPython(folder: string): string {
  return `from transformers import pipeline

classify = pipeline("image-classification", model="./${folder}")
print(classify("image.jpg"))`;
}
