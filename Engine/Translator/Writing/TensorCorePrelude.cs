using System.Collections.Generic;

namespace SegFromScratch.Translator.Writing;

/// <summary>
/// What the members of the dialect's TensorCore are called by on CUDA: the instructions of the tensor cores.
/// </summary>
internal static class TensorCorePrelude
{
    private const string Rounding = """
        INLINE unsigned int TensorCore_Tf32(float value)
        {
            unsigned int bits;
            asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
            return bits;
        }
        """;

    private const string Packing = """
        INLINE unsigned int TensorCore_Bf16(float low, float high)
        {
            unsigned int word;
            asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
            return word;
        }
        """;

    /// <summary>Names with their texts, with INLINE for what is written before a helper.</summary>
    public static IEnumerable<(string Name, string Text)> Functions =>
    [
        ("TensorCore_Tf32", Rounding),
        ("TensorCore_Bf16", Packing),
        ("TensorCore_MultiplyAddTf32", Instruction("Tf32", "m16n8k8.row.col.f32.tf32.tf32.f32")),
        ("TensorCore_MultiplyAddBf16", Instruction("Bf16", "m16n8k16.row.col.f32.bf16.bf16.f32")),
    ];

    // Registers a0, a1 hold words t of rows g and g + 8, a2, a3 words t + 4; b0, b1 words t and t + 4 of column g: g = lane / 4, t = lane % 4.
    // All are loaded before the first product: compilers do not join loads across the instructions.
    private static string Instruction(string name, string shape) => $$"""
        template <int Down, int Across>
        INLINE void TensorCore_MultiplyAdd{{name}}(float* sums, const unsigned int* left, int leftStride, const unsigned int* right, int rightStride, int lane)
        {
            unsigned int a[Down * 4];
            unsigned int b[Across * 2];
            #pragma unroll
            for (int i = 0; i < Down; i++)
            {
                const unsigned int* rows = left + lane % 4 * leftStride + lane / 4 + i * 16;
                a[i * 4] = rows[0];
                a[i * 4 + 1] = rows[8];
                a[i * 4 + 2] = rows[4 * leftStride];
                a[i * 4 + 3] = rows[4 * leftStride + 8];
            }

            #pragma unroll
            for (int j = 0; j < Across; j++)
            {
                const unsigned int* columns = right + lane % 4 * rightStride + lane / 4 + j * 8;
                b[j * 2] = columns[0];
                b[j * 2 + 1] = columns[4 * rightStride];
            }

            #pragma unroll
            for (int i = 0; i < Down; i++)
            {
                #pragma unroll
                for (int j = 0; j < Across; j++)
                {
                    float* c = sums + (i * Across + j) * 4;
                    asm volatile("mma.sync.aligned.{{shape}} {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                        : "r"(a[i * 4]), "r"(a[i * 4 + 1]), "r"(a[i * 4 + 2]), "r"(a[i * 4 + 3]), "r"(b[j * 2]), "r"(b[j * 2 + 1]));
                }
            }
        }
        """;
}
